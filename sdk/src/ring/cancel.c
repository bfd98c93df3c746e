/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel reads the queue only while this thread is inside it, so an entry that it has not taken
   can still be changed. */
#include "signet/ring.h"
#include "signet/syscall.h"

static bool withdraw(struct sg_ring *ring, uint64_t user_data)
{
    uint32_t tail = ring->indices->submit_tail;

    for (uint32_t left = sg_ring_pending(ring); left != 0; left--) {
        struct sg_submission *entry =
            &ring->submission[(tail - left) & (ring->submission_count - 1)];

        if (entry->user_data != user_data)
            continue;
        *entry = (struct sg_submission){.opcode = SG_OP_NOP, .user_data = user_data};
        return true;
    }
    return false;
}

bool sg_ring_cancel(struct sg_ring *ring, uint64_t user_data)
{
    struct sg_registers registers = {.operation = sg_operation_word(SG_OP_CANCEL, 0, 0, 0),
                                     .word = {user_data}};

    if (withdraw(ring, user_data))
        return true;
    /* What the kernel no longer knows has completed. */
    sg_invoke(&registers);
    return false;
}
