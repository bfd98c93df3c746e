/* SPDX-License-Identifier: BSD-2-Clause */
/* What every object type has in common: how it is created, called, asked and taken apart. */
#pragma once

#include "abi/object.h"
#include "core/base.h"
#include "object/capability.h"

struct op;
struct thread;

/* Not an ABI status: the operation waits, its record is queued and will be completed. */
#define STATUS_PENDING ((enum sg_status)1)

/* One operation on a kernel object. */
struct invocation {
    struct thread *thread; /* who asks; bound */
    struct op *op;         /* IDLE record for an operation that has to wait */
    struct target target;
    uint16_t method;
    const uint64_t *argument; /* five words */
    uint64_t value;           /* what it returns */
};

/* Arguments of SG_UNTYPED_CREATE after the offset. */
struct create_parameters {
    uint64_t value[3];
};

/* The behaviour of a type. Members that are NULL mean: not creatable, no operations, nothing to
   take apart, nothing to tell. */
struct object_type {
    /* Checks parameters, so that sg_object_frames() may be asked. */
    enum sg_status (*check)(const struct cspace *cspace, struct create_parameters *parameters);
    /* Takes what the object needs of the machine: the last step that can fail. */
    enum sg_status (*acquire)(const struct create_parameters *parameters);
    /* Fills a claimed, zeroed object in. */
    void (*create)(uint32_t head, const struct create_parameters *parameters);
    /* Carries out operation `method` (below 56), permitted by the capability's rights. */
    enum sg_status (*call)(struct invocation *invocation);
    /* Does one bounded step of taking a dead object apart; true when nothing refers to it. */
    bool (*dismantle)(uint32_t head);
    /* Answers SG_INFO selectors of its own: SG_OK or SG_BAD_ARGUMENT. */
    enum sg_status (*info)(uint32_t head, uint32_t selector, uint64_t *value);
};

/* By enum sg_type. */
extern const struct object_type object_types[SG_TYPE_COUNT];

/* The cspace a thread's handles are looked up in. */
struct cspace *thread_cspace(const struct thread *thread);

/* Puts a new capability into the caller's cspace and its handle into the invocation's value:
   SG_OK or SG_NO_SLOT. */
MUST_USE enum sg_status invocation_return(struct invocation *invocation,
                                          const struct capability *capability);

/* One bounded step of destroying an object that may already be dying: SG_OK when it is gone,
   SG_AGAIN otherwise. */
MUST_USE enum sg_status object_destroy(uint32_t head);
