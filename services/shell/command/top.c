/* SPDX-License-Identifier: BSD-2-Clause */
/* top [SECONDS]: who took the processor's time, and who was called, in that time. */
#include "command.h"
#include "metrics.h"
#include "process.h"

#include "clock/v1/clock.rpc.h"
#include "text/words.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MAX 64u
#define SECONDS_MAX 3600u
#define NS_PER_S UINT64_C(1000000000)
#define CALLS "calls" /* what the SDK's loop counts */

struct row {
    char name[sizeof((signet_supervisor_v1_ProcessRow *)0)->name];
    uint64_t cpu_ns, calls;
    uint32_t memory_kib, starts;
};

struct sample {
    uint64_t time_ns;
    uint32_t count;
    struct row row[ROWS_MAX]; /* by process number */
};

static void take_row(void *self, const signet_supervisor_v1_ProcessRow *process)
{
    struct sample *sample = self;

    if (sample->count == ROWS_MAX)
        return;
    struct row *row = &sample->row[sample->count++];
    snprintf(row->name, sizeof row->name, "%s", process->name);
    row->cpu_ns = process->cpu_ns;
    row->memory_kib = process->memory_used_kib;
    row->starts = process->restarts;
    row->calls = 0;
}

static void take_calls(void *self, const signet_supervisor_v1_MetricRow *metric)
{
    if (strcmp(metric->name, CALLS) == 0)
        ((struct row *)self)->calls = metric->value;
}

static bool take_sample(struct shell *shell, struct sg_handle clock, struct sample *sample)
{
    const signet_clock_v1_NowRequest request = signet_clock_v1_NowRequest_init_zero;
    signet_clock_v1_NowReply reply;
    signet_supervisor_v1_Result result;

    sample->count = 0;
    if (!process_each(shell, take_row, sample))
        return false;
    for (uint32_t i = 0; i < sample->count; i++) /* one that has ended counts nothing */
        (void)metrics_each(sample->row[i].name, take_calls, &sample->row[i], &result);
    struct sg_result ended = signet_clock_v1_Clock_Now(clock, &request, &reply);
    if (!sg_succeeded(ended))
        return shell_call_failed(shell, "clock.Now", ended);
    sample->time_ns = reply.monotonic_ns;
    return true;
}

/* Sleeps as long as nobody types Control-C. */
static bool sleep_for(struct shell *shell, struct sg_handle clock, uint64_t duration_ns)
{
    struct signet_clock_v1_Clock_Sleep_async call = {.done = NULL};
    const signet_clock_v1_SleepRequest request = {.duration_ns = duration_ns};
    enum sg_status status =
        signet_clock_v1_Clock_Sleep_start(&shell->input.loop, clock, &request, &call);

    if (status != SG_OK)
        return shell_call_failed(shell, "clock.Sleep", (struct sg_result){.transport = status});
    while (sg_async_is_in_flight(&call.async)) {
        input_wait(&shell->input);
        if (input_interrupted(&shell->input))
            sg_async_cancel(&call.async);
    }
    return sg_succeeded(call.async.result) ||
           shell_call_failed(shell, "clock.Sleep", call.async.result);
}

/* What happened between two samples; of an instance that is new, since its start. */
static void subtract(struct sample *after, const struct sample *before)
{
    for (uint32_t i = 0; i < after->count && i < before->count; i++) {
        struct row *row = &after->row[i];
        if (row->starts != before->row[i].starts || row->cpu_ns < before->row[i].cpu_ns)
            continue;
        row->cpu_ns -= before->row[i].cpu_ns;
        row->calls -= row->calls >= before->row[i].calls ? before->row[i].calls : row->calls;
    }
}

static int more_cpu_first(const void *left, const void *right)
{
    const struct row *a = left, *b = right;

    return (a->cpu_ns < b->cpu_ns) - (a->cpu_ns > b->cpu_ns);
}

static void show(struct output *output, struct sample *sample, uint64_t elapsed_ns)
{
    uint64_t elapsed_us = elapsed_ns / 1000 + 1;

    qsort(sample->row, sample->count, sizeof sample->row[0], more_cpu_first);
    output_print(output, "%-16s %7s %10s %10s\n", "NAME", "CPU %", "CALLS/s", "MEMORY KiB");
    for (uint32_t i = 0; i < sample->count; i++) {
        const struct row *row = &sample->row[i];
        uint64_t permille = row->cpu_ns / elapsed_us; /* ns in a us */
        output_print(output, "%-16s %5" PRIu64 ".%" PRIu64 " %10" PRIu64 " %10" PRIu32 "\n",
                     row->name, permille / 10, permille % 10, row->calls * 1000000 / elapsed_us,
                     row->memory_kib);
    }
}

static bool read_seconds(struct shell *shell, const char *text, uint64_t *duration_ns)
{
    unsigned long seconds = 1;
    char *end = NULL;

    errno = 0;
    if (*text != 0)
        seconds = strtoul(text, &end, 10);
    if (errno != 0 || (end != NULL && *end != 0) || seconds == 0 || seconds > SECONDS_MAX) {
        output_print(&shell->output, "top: found \"%s\", expected 1 to %u seconds\n", text,
                     SECONDS_MAX);
        return false;
    }
    *duration_ns = seconds * NS_PER_S;
    return true;
}

bool command_top(struct shell *shell, char *arguments)
{
    static struct sample before, after;
    struct sg_handle clock;
    uint64_t duration_ns;

    if (!read_seconds(shell, words_next(&arguments), &duration_ns) ||
        !shell_service(shell, "clock", &clock) || !take_sample(shell, clock, &before) ||
        !sleep_for(shell, clock, duration_ns) || !take_sample(shell, clock, &after))
        return false;
    subtract(&after, &before);
    show(&shell->output, &after, after.time_ns - before.time_ns);
    return true;
}
