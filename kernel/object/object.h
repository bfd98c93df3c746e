/* SPDX-License-Identifier: BSD-2-Clause */
/* What every object type has in common: how it is created, called, asked and taken apart. */
#pragma once

#include "abi/object.h"
#include "abi/ring.h"
#include "core/base.h"
#include "object/capability.h"

struct op;
struct thread;

/* Not an ABI status: the operation waits, its record is queued and will be completed. */
#define STATUS_PENDING ((enum sg_status)1)

/* One operation, whichever way it came. What it names is private to the kernel by now. It begins like
   a submission. */
struct invocation {
    uint8_t opcode;
    uint8_t flags; /* enum sg_submission_flag */
    uint16_t method;
    struct sg_handle handle;  /* as given */
    uint32_t token;           /* REPLY */
    uint64_t user_data;       /* of a submission */
    const uint64_t *argument; /* five words, or in their place a struct sg_message */
    struct thread *thread;    /* who asks; bound */
    struct ring *ring;        /* by whose queue it came; NULL: in registers */
    struct target target;     /* of a CALL, resolved and permitted */
    uint64_t value;           /* what it returns */
    uint32_t register_length; /* payload bytes of a message in registers */
};

#define INVOCATION_WORDS 3u /* that are those of a submission */
_Static_assert(offsetof(struct invocation, method) == offsetof(struct sg_submission, method) &&
                   offsetof(struct invocation, handle) ==
                       offsetof(struct sg_submission, handle_index) &&
                   offsetof(struct invocation, token) == offsetof(struct sg_submission, token) &&
                   offsetof(struct invocation, argument) == INVOCATION_WORDS * sizeof(uint64_t),
               "words of a submission");

/* The record an operation that has to wait is kept in from now on, or NULL when all are in use. */
MUST_USE struct op *invocation_record(const struct invocation *invocation);

/* Arguments of SG_UNTYPED_CREATE after the offset. */
struct create_parameters {
    uint64_t value[3];
};

/* The behaviour of a type. Members that are NULL mean: not creatable, no operations, nothing to
   take apart. */
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
};

/* By enum sg_type. */
extern const struct object_type object_types[SG_TYPE_COUNT];

/* Puts a new capability into the caller's cspace and its handle into the invocation's value:
   SG_OK or SG_NO_SLOT. */
MUST_USE enum sg_status invocation_return(struct invocation *invocation,
                                          const struct capability *capability);

/* One bounded step of destroying an object that may already be dying: SG_OK when it is gone,
   SG_AGAIN otherwise. */
MUST_USE enum sg_status object_destroy(uint32_t head);
