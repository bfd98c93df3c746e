/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/step.h"
#include "signet/async.h"

/* When nothing else can happen on the ring, all may be waited for at once. */
static uint32_t wait_count(const struct sg_batch *batch, const struct sg_loop *loop)
{
    uint32_t most = loop->ring->completion_count;

    if (loop->in_flight != batch->in_flight || loop->receivers != NULL)
        return 1;
    return batch->in_flight < most ? batch->in_flight : most;
}

enum sg_status sg_batch_collect(struct sg_batch *batch, struct sg_loop *loop, uint64_t deadline_ns)
{
    while (batch->in_flight != 0) {
        enum sg_status status = loop_step(loop, wait_count(batch, loop), deadline_ns);

        if (status != SG_OK)
            return status;
    }
    return SG_OK;
}
