/* SPDX-License-Identifier: BSD-2-Clause */
/* log: what the processes of an image say, kept in bounded memory. The journal (journal.h) and the
   limiter (limiter.h) keep the rules; here they meet time and messages. */
#include "journal.h"
#include "limiter.h"

#include "log/v1/log.rpc.h"

#include <signet/log.h>
#include <signet/metrics.h>
#include <signet/object.h>
#include <signet/service.h>
#include <signet/startup.h>
#include <string.h>

struct logger {
    struct journal journal;
    struct limiter limiter;
};

static struct logger logger;

SG_COUNTER(kept, "lines-kept");
SG_COUNTER(refused, "lines-suppressed");
SG_HISTOGRAM(line_bytes, "line-bytes");

_Static_assert(sizeof((signet_log_v1_WriteRequest *)0)->text == JOURNAL_TEXT_MAX + 1,
               "log.options");
_Static_assert(sizeof((signet_log_v1_Entry *)0)->text == JOURNAL_TEXT_MAX + 1, "log.options");

static uint64_t now_ns(void)
{
    uint64_t now = 0;

    return sg_cpu_now(sg_capability("cpu"), &now) == SG_OK ? now : 0;
}

static void keep(enum sg_log_level level, const char *text, size_t length)
{
    struct journal_entry entry = {
        .time_ns = now_ns(), .process = sg_self()->number, .level = (uint8_t)level};

    journal_add(&logger.journal, entry, text, length);
}

enum sg_rpc_status signet_log_v1_Log_Write_handle(void *self, struct sg_call *call,
                                                  const signet_log_v1_WriteRequest *request,
                                                  signet_log_v1_WriteReply *reply)
{
    struct logger *logs = self;
    /* A process that is started again is the same writer. */
    uint32_t process = sg_badge_process(call->badge);
    struct journal_entry entry = {.process = process, .time_ns = now_ns()};

    if (request->level > signet_log_v1_Level_ERROR)
        return SG_RPC_BAD_MESSAGE;
    entry.level = (uint8_t)request->level;
    reply->suppressed = !limiter_admit(&logs->limiter, process, entry.time_ns, &entry.suppressed);
    sg_count(reply->suppressed ? refused : kept, 1);
    sg_observe(line_bytes, strlen(request->text));
    if (!reply->suppressed)
        journal_add(&logs->journal, entry, request->text, strlen(request->text));
    return SG_RPC_OK;
}

static void fill_entry(signet_log_v1_Entry *to, uint64_t sequence,
                       const struct journal_entry *entry)
{
    to->sequence = sequence;
    to->time_ns = entry->time_ns;
    to->process = entry->process;
    to->level = (signet_log_v1_Level)entry->level;
    to->suppressed = entry->suppressed;
}

enum sg_rpc_status signet_log_v1_Log_Read_handle(void *self, struct sg_call *call,
                                                 const signet_log_v1_ReadRequest *request,
                                                 signet_log_v1_ReadReply *reply)
{
    const struct logger *logs = self;
    const struct journal *journal = &logs->journal;
    struct journal_entry entry;
    uint64_t sequence = journal->first;

    (void)call;
    if (request->after_sequence >= sequence)
        sequence =
            request->after_sequence < journal->next ? request->after_sequence + 1 : journal->next;
    while (reply->entry_count < sizeof reply->entry / sizeof reply->entry[0] &&
           journal_get(journal, sequence, &entry, reply->entry[reply->entry_count].text))
        fill_entry(&reply->entry[reply->entry_count++], sequence++, &entry);
    reply->dropped = journal->first - 1;
    reply->suppressed = logs->limiter.refused;
    reply->newest = journal->next - 1;
    return SG_RPC_OK;
}

int main(void)
{
    struct sg_loop loop;
    struct sg_service service = {.loop = &loop};
    enum sg_status status;

    journal_start(&logger.journal);
    sg_log_set_sink(keep);
    sg_loop_init(&loop, sg_own_ring());
    status = sg_loop_serve(&loop, sg_provided("log"), &signet_log_v1_Log_interface, &logger);
    return status == SG_OK ? sg_service_run(&service) : 1;
}
