/* SPDX-License-Identifier: BSD-2-Clause */
/* Authority over a processor: to place scheds on it in any class, to keep it for one of them, and to read
   its clock. */
#pragma once

#include "object/object.h"

struct cpu_object {
    uint32_t number;
};

static inline struct cpu_object *cpu_object_at(uint32_t head)
{
    return arch_frame_pointer(head);
}

/* The processor an object is about. */
static inline struct cpu *cpu_at(uint32_t head)
{
    return &cpus[cpu_object_at(head)->number];
}

MUST_USE enum sg_status cpu_call(struct invocation *invocation);

/* Opens every CPU that is kept by a capability that no longer holds, or for a sched that goes. */
void cpus_open(const struct sched *gone);
