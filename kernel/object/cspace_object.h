/* SPDX-License-Identifier: BSD-2-Clause */
/* A capability table as an object: header, slots, and the order that says which are free, in frames
   of its own. */
#pragma once

#include "object/object.h"

struct cspace_object {
    struct cspace cspace;
    struct link threads; /* bound to it, by thread.in_cspace */
};

_Static_assert(offsetof(struct cspace_object, cspace) == 0, "thread_cspace");
_Static_assert(sizeof(struct cspace_object) <= 128, "abi/object.h: sg_object_frames");

static inline struct cspace_object *cspace_at(uint32_t head)
{
    return arch_frame_pointer(head);
}

MUST_USE enum sg_status cspace_object_check(const struct cspace *cspace,
                                            struct create_parameters *parameters);
void cspace_object_create(uint32_t head, const struct create_parameters *parameters);
MUST_USE enum sg_status cspace_object_call(struct invocation *invocation);
MUST_USE bool cspace_object_dismantle(uint32_t head);
