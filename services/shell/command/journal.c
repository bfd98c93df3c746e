/* SPDX-License-Identifier: BSD-2-Clause */
/* The log, its writers called by their names. */
#include "command.h"
#include "process.h"

#include "text/words.h"

#include "log/v1/log.rpc.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define ENTRIES_DEFAULT 20u
#define NAMES_MAX 64u

/* Names of processes by their number. */
struct names {
    char name[NAMES_MAX][sizeof((signet_supervisor_v1_ProcessRow *)0)->name];
};

static void keep_name(void *self, const signet_supervisor_v1_ProcessRow *row)
{
    struct names *names = self;

    if (row->number < NAMES_MAX)
        snprintf(names->name[row->number], sizeof names->name[0], "%s", row->name);
}

static void show_writer(struct output *output, const struct names *names, uint64_t process)
{
    if (process < NAMES_MAX && names->name[process][0] != 0)
        output_print(output, "%-12s ", names->name[process]);
    else
        output_print(output, "process %-4" PRIu64 " ", process);
}

static void show_entry(struct output *output, const struct names *names,
                       const signet_log_v1_Entry *entry)
{
    static const char *const levels[] = {"debug", "info", "warning", "error"};
    bool is_known = (size_t)entry->level < sizeof levels / sizeof levels[0];

    output_print(output, "[%5" PRIu64 ".%06" PRIu64 "] ", entry->time_ns / 1000000000,
                 entry->time_ns / 1000 % 1000000);
    show_writer(output, names, entry->process);
    output_print(output, "%-7s ", is_known ? levels[entry->level] : "unknown");
    if (entry->suppressed > 0)
        output_print(output, "(%" PRIu32 " suppressed) ", entry->suppressed);
    output_foreign(output, entry->text);
    output_print(output, "\n");
}

static bool read_count(struct shell *shell, const char *text, uint64_t *count)
{
    char *end;

    *count = ENTRIES_DEFAULT;
    if (*text == 0)
        return true;
    errno = 0;
    *count = strtoul(text, &end, 10);
    if (errno == 0 && *end == 0 && text[0] != '-')
        return true;
    output_print(&shell->output, "log: found count \"%s\", expected a number\n", text);
    return false;
}

static void show_losses(struct output *output, const signet_log_v1_ReadReply *reply)
{
    if (reply->dropped > 0 || reply->suppressed > 0)
        output_print(output, "since boot %" PRIu64 " dropped, %" PRIu64 " suppressed\n",
                     reply->dropped, reply->suppressed);
}

/* Shows what is newer than the request says, until there is nothing. */
static bool show_newer(struct shell *shell, struct sg_handle log,
                       signet_log_v1_ReadRequest *request)
{
    static signet_log_v1_ReadReply reply;
    static struct names names;

    names = (struct names){0};
    if (!process_each(shell, keep_name, &names))
        return false;
    do {
        struct sg_result result = signet_log_v1_Log_Read(log, request, &reply);

        if (!sg_succeeded(result))
            return shell_call_failed(shell, "log.Read", result);
        for (pb_size_t i = 0; i < reply.entry_count; i++) {
            show_entry(&shell->output, &names, &reply.entry[i]);
            request->after_sequence = reply.entry[i].sequence;
        }
    } while (reply.entry_count > 0);
    show_losses(&shell->output, &reply);
    return true;
}

bool command_log(struct shell *shell, char *arguments)
{
    static signet_log_v1_ReadReply reply;
    signet_log_v1_ReadRequest request = {.after_sequence = UINT64_MAX};
    struct sg_handle log;
    uint64_t count;
    struct sg_result result;

    if (!read_count(shell, words_next(&arguments), &count) || !shell_service(shell, "log", &log))
        return false;
    result = signet_log_v1_Log_Read(log, &request, &reply);
    if (!sg_succeeded(result))
        return shell_call_failed(shell, "log.Read", result);
    request.after_sequence = reply.newest > count ? reply.newest - count : 0;
    return show_newer(shell, log, &request);
}
