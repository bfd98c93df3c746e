/* SPDX-License-Identifier: BSD-2-Clause */
/* Authority over a processor: to place scheds on it in any class, and to read its clock. */
#pragma once

#include "object/object.h"

struct cpu_object {
    uint32_t number;
};

static inline struct cpu_object *cpu_object_at(uint32_t head)
{
    return arch_frame_pointer(head);
}

MUST_USE enum sg_status cpu_call(struct invocation *invocation);
MUST_USE enum sg_status cpu_info(uint32_t head, uint32_t selector, uint64_t *value);
