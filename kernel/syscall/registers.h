/* SPDX-License-Identifier: BSD-2-Clause */
/* The invoke system call: one operation in registers, and the wait for its completion. */
#pragma once

#include "core/time.h"
#include "object/thread.h"

/* The deadline that time_ns means, by the flags of either system call. */
/*@ assigns \nothing;
    ensures relative: (flags & SG_CALL_RELATIVE) != 0 ==> \result >= time_ns;
    ensures until: (flags & SG_CALL_RELATIVE) == 0 && (flags & SG_CALL_UNTIL) != 0 ==>
      \result == time_ns;
    ensures forever: (flags & SG_CALL_RELATIVE) == 0 && (flags & SG_CALL_UNTIL) == 0 ==>
      \result == SG_FOREVER;
*/
static inline uint64_t deadline_of(uint32_t flags, uint64_t time_ns)
{
    if (flags & SG_CALL_RELATIVE)
        return time_add(arch_now_ns(), time_ns);
    return flags & SG_CALL_UNTIL ? time_ns : SG_FOREVER;
}

/* Carries out the operation in the thread's registers. It may be waiting when this returns. */
void registers_invoke(struct thread *thread);

/* A plain CALL through a live, unleased slot that has the right. */
static inline struct invocation registers_invocation(struct thread *thread, const struct slot *slot,
                                                     uint32_t operation, const uint64_t *argument)
{
    return (struct invocation){.thread = thread,
                               .target = {slot, slot->object},
                               .argument = argument,
                               .register_length = operation >> 24,
                               .method = operation >> 16 & 0xff,
                               .opcode = SG_OP_CALL};
}

/* Hands the outcome of an operation to its thread, or has it wait for it. */
void registers_finish(const struct invocation *invocation, enum sg_status status,
                      uint64_t deadline_ns);
