/* SPDX-License-Identifier: BSD-2-Clause */
#include <signet/object.h>
#include <signet/startup.h>
#include <stdlib.h>

#include "../bench.h"
#include "worst.h"

void must(const char *what, int64_t status)
{
    if (status >= 0)
        return;
    report_failure(what, status);
    exit(EXIT_FAILURE);
}

struct sg_owned make(enum sg_type type, uint64_t parameter0, uint64_t parameter1,
                     uint64_t parameter2)
{
    const uint64_t parameters[3] = {parameter0, parameter1, parameter2};
    struct sg_owned owned = {.frame_count = 0};

    must("create", sg_owned_create(type, parameters, &owned));
    return owned;
}

void unmake(struct sg_owned *owned)
{
    must("destroy", sg_owned_destroy(owned));
}

uint32_t buffer(uint32_t bytes, void **address)
{
    uint32_t offset;

    must("buffer", sg_ring_buffer(sg_own_ring(), bytes, &offset, address));
    return offset;
}

struct sg_submission call_of(struct sg_handle handle, uint16_t method)
{
    return (struct sg_submission){.opcode = SG_OP_CALL,
                                  .method = method,
                                  .handle_index = handle.index,
                                  .handle_generation = handle.generation};
}

void batch(const char *what, const struct sg_submission *entry, uint32_t count,
           struct sg_completion *taken)
{
    struct sg_ring *ring = sg_own_ring();
    struct sg_completion completion;

    for (uint32_t i = 0; i < count; i++)
        must(what, sg_ring_submit(ring, &entry[i]));
    must(what, sg_ring_enter(ring, count, SG_FOREVER));
    for (uint32_t i = 0; i < count; i++) {
        must(what, sg_ring_next(ring, &completion));
        if (taken == NULL)
            must(what, completion.result);
        else
            taken[i] = completion;
    }
}

void batch_of(const char *what, struct sg_submission entry, struct sg_completion *taken)
{
    struct sg_submission entries[BATCH];

    for (uint32_t i = 0; i < BATCH; i++)
        entries[i] = entry;
    batch(what, entries, BATCH, taken);
}

int main(void)
{
    worst_capabilities();
    worst_creation();
    worst_mappings();
    worst_messages();
    worst_waiting();
    worst_destruction();
    report_done();
    return EXIT_SUCCESS;
}
