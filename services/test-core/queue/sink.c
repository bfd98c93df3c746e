/* SPDX-License-Identifier: BSD-2-Clause */
#include "bulk.h"
#include "pass.h"

static enum sg_status run(struct sg_handle endpoint, const struct sg_queue_source *source,
                          struct bulk_tally *tally)
{
    static const struct sg_queue_geometry geometry = {BULK_PLACE_BYTES, BULK_PLACES};
    struct sg_cap_transfer list[SG_QUEUE_PARTS];
    struct sg_queue queue;
    enum sg_status status = sg_queue_open(&queue, SG_QUEUE_CONSUMER, &source->parts, geometry);

    if (status != SG_OK)
        return status;
    sg_queue_offer(&source->parts, SG_QUEUE_PRODUCER, list);
    status = pass_give(endpoint, &geometry, sizeof geometry, list, SG_QUEUE_PARTS);
    if (status == SG_OK)
        status = bulk_run(&queue, bulk_read, tally);
    enum sg_status closed = sg_queue_close(&queue);
    return status == SG_OK ? closed : status;
}

int bulk_sink(struct sg_handle endpoint)
{
    static const struct sg_queue_geometry geometry = {BULK_PLACE_BYTES, BULK_PLACES};
    struct sg_queue_source source;
    struct bulk_tally tally;

    if (sg_queue_create(geometry, &source) != SG_OK)
        return 1;
    enum sg_status status = run(endpoint, &source, &tally);
    if (status == SG_OK)
        status = sg_queue_destroy(&source);
    if (status == SG_OK)
        status = pass_give(endpoint, &tally, sizeof tally, NULL, 0);
    return status == SG_OK ? 0 : 2;
}
