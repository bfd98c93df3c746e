/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>

#include "abi/object.h"

#include "bulk.h"
#include "pass.h"
#include "report.h"

#include <signet/object.h>

/* The parts came with exactly the rights this end needs. */
static void check_rights(const struct sg_queue_parts *parts)
{
    const struct {
        struct sg_handle handle;
        uint64_t rights;
    } due[] = {{parts->memory, SG_BIT(SG_MEMORY_READ) | SG_BIT(SG_MEMORY_WRITE)},
               {parts->filled, SG_BIT(SG_NOTIFICATION_SIGNAL)},
               {parts->drained, SG_BIT(SG_NOTIFICATION_WAIT)}};
    uint64_t count;

    for (uint32_t i = 0; i < sizeof due / sizeof due[0]; i++)
        report_status("queue/no more rights than needed", SG_DENIED,
                      sg_info(due[i].handle, SG_INFO_COUNT, &count));
    report_status("queue/the producer rings", SG_OK, sg_notification_signal(parts->filled));
    report_status("queue/and cannot steal the consumer's bell", SG_DENIED,
                  sg_notification_wait(parts->filled, 0, &count));
    report_status("queue/nor ring its own", SG_DENIED, sg_notification_signal(parts->drained));
}

static void report_tallies(const struct bulk_tally *sent, const struct bulk_tally *found)
{
    uint64_t entries = sent->entries + found->entries;

    report_equal("queue/checksum of 256 MiB", sent->checksum, found->checksum);
    report_note("queue/%" PRIu64 " messages of %u bytes, checksum %016" PRIx64, BULK_MESSAGES,
                BULK_PLACE_BYTES, found->checksum);
    report_note("queue/kernel entries: source %" PRIu64 ", sink %" PRIu64 "; one for %" PRIu64
                " messages",
                sent->entries, found->entries, BULK_MESSAGES / entries);
    report_equal("queue/every entry of the source was a sleep or a bell", sent->waits + sent->rings,
                 sent->entries);
    report_equal("queue/every entry of the sink was a sleep or a bell", found->waits + found->rings,
                 found->entries);
    report_equal("queue/at most one kernel entry for 32 messages", 1,
                 entries <= BULK_MESSAGES / 32);
}

void check_bulk(struct sg_handle sink)
{
    struct sg_queue_geometry geometry = {0};
    struct sg_handle part[SG_QUEUE_PARTS];
    struct bulk_tally sent = {0}, found = {0};
    struct sg_queue queue;
    enum sg_status status = pass_take(sink, &geometry, sizeof geometry, part, SG_QUEUE_PARTS);

    report_status("queue/its parts arrive", SG_OK, status);
    if (status != SG_OK)
        return;
    struct sg_queue_parts parts = {part[0], part[1], part[2]};
    check_rights(&parts);
    report_status("queue/open", SG_OK, sg_queue_open(&queue, SG_QUEUE_PRODUCER, &parts, geometry));
    report_status("queue/256 MiB are sent", SG_OK, bulk_run(&queue, bulk_fill, &sent));
    report_status("queue/and received", SG_OK, pass_take(sink, &found, sizeof found, NULL, 0));
    report_tallies(&sent, &found);
    report_status("queue/close", SG_OK, sg_queue_close(&queue));
}
