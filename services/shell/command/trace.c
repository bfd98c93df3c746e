/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel's events: recorded or not, and the newest of them. */
#include "command.h"
#include "process.h"

#include "text/words.h"

#include <inttypes.h>
#include <signet/event.h>
#include <signet/object.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN_DEFAULT 20u
#define NAMES_MAX 64u
#define NAME_BYTES 24u

/* Names by the number of a process, which events carry. */
struct names {
    uint32_t count;
    char name[NAMES_MAX][NAME_BYTES];
};

static void add_name(void *self, const signet_supervisor_v1_ProcessRow *row)
{
    struct names *names = self;

    if (names->count < NAMES_MAX)
        snprintf(names->name[names->count++], NAME_BYTES, "%s", row->name);
}

static const char *name_of(const struct names *names, const struct sg_event *event)
{
    if (event->thread == 0)
        return "-";
    return event->process < names->count ? names->name[event->process] : "?";
}

/* What an event says besides who and when. */
static void show_detail(struct output *output, const struct sg_event *event)
{
    uint32_t call = (uint32_t)event->value;
    int32_t rest = (int32_t)(event->value >> 32);

    switch ((enum sg_event_kind)event->kind) {
    case SG_EVENT_CALL:
        output_print(output, "%" PRIx32 " method %" PRId32 " of endpoint 0x%" PRIx32, call, rest,
                     event->object);
        break;
    case SG_EVENT_RECEIVE:
        output_print(output, "%" PRIx32 " by thread 0x%" PRIx32, call, event->object);
        break;
    case SG_EVENT_REPLY:
        output_print(output, "%" PRIx32, call);
        break;
    case SG_EVENT_END:
        output_print(output, "%" PRIx32 " %s", call, sg_status_name((enum sg_status)rest));
        break;
    case SG_EVENT_IRQ:
        output_print(output, "line %" PRIu64, event->value);
        break;
    case SG_EVENT_FAULT:
        output_print(output, "cause %" PRIu32 " at 0x%" PRIx64, event->object, event->value);
        break;
    case SG_EVENT_SWITCH:
        output_print(output, "thread 0x%" PRIx32, event->thread);
        break;
    default:
        output_print(output, "object 0x%" PRIx32, event->object);
        break;
    }
}

static void show_event(struct output *output, const struct names *names,
                       const struct sg_event *event)
{
    output_print(output, "%10" PRIu64 ".%03" PRIu64 " %3u  %-14s %-8s ", event->time_ns / 1000000,
                 event->time_ns / 1000 % 1000, event->cpu + 1u, name_of(names, event),
                 sg_event_name(event->kind));
    show_detail(output, event);
    output_print(output, "\n");
}

static bool show(struct shell *shell, struct sg_handle memory, uint32_t count)
{
    static struct names names;
    struct sg_event_reader reader;
    struct sg_event event;

    names.count = 0;
    if (!process_each(shell, add_name, &names))
        return false;
    enum sg_status status = sg_event_open(&reader, memory);
    if (status != SG_OK) {
        output_print(&shell->output, "trace: the events cannot be read: %s\n",
                     sg_status_text(status));
        return false;
    }
    sg_event_last(&reader, count);
    output_print(&shell->output, "%14s %3s  %-14s %-8s\n", "MS", "CPU", "PROCESS", "EVENT");
    while (sg_event_next(&reader, &event) && count-- > 0)
        show_event(&shell->output, &names, &event);
    sg_event_close(&reader);
    return true;
}

static bool record(struct shell *shell, struct sg_handle supervisor, uint32_t kinds)
{
    signet_supervisor_v1_RecordRequest request = {.kinds = kinds};
    signet_supervisor_v1_RecordReply reply;
    struct sg_result result = signet_supervisor_v1_Supervisor_Record(supervisor, &request, &reply);

    if (!sg_succeeded(result))
        return shell_call_failed(shell, "supervisor.Record", result);
    return process_result(shell, "trace", "", reply.result);
}

static bool show_newest(struct shell *shell, struct sg_handle supervisor, uint32_t count)
{
    signet_supervisor_v1_EventsRequest request = signet_supervisor_v1_EventsRequest_init_zero;
    signet_supervisor_v1_EventsReply reply;
    struct sg_result result = signet_supervisor_v1_Supervisor_Events(supervisor, &request, &reply);

    if (!sg_succeeded(result))
        return shell_call_failed(shell, "supervisor.Events", result);
    bool is_shown = show(shell, reply.events.handle, count);
    sg_release(reply.events.handle);
    return is_shown;
}

bool command_trace(struct shell *shell, char *arguments)
{
    const char *what = words_next(&arguments);
    struct sg_handle supervisor;
    char *end;

    if (!shell_service(shell, "supervisor", &supervisor))
        return false;
    if (strcmp(what, "on") == 0)
        return record(shell, supervisor, SG_EVENTS_ALL);
    if (strcmp(what, "off") == 0)
        return record(shell, supervisor, 0);
    unsigned long count = *what != 0 ? strtoul(what, &end, 10) : SHOWN_DEFAULT;
    if (*what != 0 && (*end != 0 || count == 0 || count > SG_EVENT_PLACES)) {
        output_print(&shell->output, "trace: found \"%s\", expected on, off or 1 to %u\n", what,
                     SG_EVENT_PLACES);
        return false;
    }
    return show_newest(shell, supervisor, (uint32_t)count);
}
