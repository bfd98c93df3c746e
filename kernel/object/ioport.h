/* SPDX-License-Identifier: BSD-2-Clause */
/* A range of I/O ports. */
#pragma once

#include "object/object.h"

struct ioport {
    uint32_t first;
    uint32_t count;
};

static inline struct ioport *ioport_at(uint32_t head)
{
    return arch_frame_pointer(head);
}

MUST_USE enum sg_status ioport_check(const struct cspace *cspace,
                                     struct create_parameters *parameters);
void ioport_create(uint32_t head, const struct create_parameters *parameters);
MUST_USE enum sg_status ioport_call(struct invocation *invocation);
