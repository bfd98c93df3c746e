/* SPDX-License-Identifier: BSD-2-Clause */
/* metrics PROCESS: what a process counts, by its own account. */
#include "metrics.h"

#include "command.h"
#include "process.h"

#include "text/words.h"

#include <inttypes.h>
#include <stdio.h>

struct sg_result metrics_each(const char *process,
                              void (*visit)(void *self, const signet_supervisor_v1_MetricRow *row),
                              void *self, signet_supervisor_v1_Result *result)
{
    static signet_supervisor_v1_MetricsReply reply;
    signet_supervisor_v1_MetricsRequest request = {0};
    struct sg_result ended;

    snprintf(request.process, sizeof request.process, "%s", process);
    do {
        ended =
            signet_supervisor_v1_Supervisor_Metrics(sg_capability("supervisor"), &request, &reply);
        if (!sg_succeeded(ended))
            return ended;
        for (pb_size_t i = 0; i < reply.row_count; i++)
            visit(self, &reply.row[i]);
        request.start = reply.next > request.start ? reply.next : 0;
    } while (request.start != 0);
    *result = reply.result;
    return ended;
}

/* The largest value that the bucket counts in which that share of the values, in percent, is reached. */
static uint64_t percentile(const signet_supervisor_v1_MetricRow *row, uint32_t percent)
{
    /* Rounded up, and without overflow. */
    uint64_t wanted = row->value / 100 * percent + (row->value % 100 * percent + 99) / 100;
    uint64_t seen = 0;
    pb_size_t i = 0;

    for (; i + 1 < row->bucket_count; i++) {
        seen += row->bucket[i];
        if (seen >= wanted)
            break;
    }
    return i + 1 < row->bucket_count ? (UINT64_C(4) << 2 * i) - 1 : UINT64_MAX;
}

static void show_percentile(struct output *output, const signet_supervisor_v1_MetricRow *row,
                            uint32_t percent)
{
    uint64_t most = percentile(row, percent);

    if (most == UINT64_MAX)
        output_print(output, "  %" PRIu32 "%% any", percent);
    else
        output_print(output, "  %" PRIu32 "%% <= %" PRIu64, percent, most);
}

static void show_histogram(struct output *output, const signet_supervisor_v1_MetricRow *row)
{
    if (row->value == 0)
        return;
    output_print(output, "  mean %" PRIu64, row->sum / row->value);
    show_percentile(output, row, 50);
    show_percentile(output, row, 90);
    show_percentile(output, row, 99);
}

static void show_metric(void *self, const signet_supervisor_v1_MetricRow *row)
{
    static const char *const kinds[] = {"-", "counter", "gauge", "histogram"};
    bool is_known = (size_t)row->kind < sizeof kinds / sizeof kinds[0];

    output_print(self, "%-24s %-9s %12" PRIu64, row->name, is_known ? kinds[row->kind] : "unknown",
                 row->value);
    if (row->kind == signet_supervisor_v1_MetricKind_HISTOGRAM)
        show_histogram(self, row);
    output_print(self, "\n");
}

bool command_metrics(struct shell *shell, char *arguments)
{
    const char *process = words_next(&arguments);
    signet_supervisor_v1_Result result;
    struct sg_handle supervisor;

    if (*process == 0)
        return command_usage(shell, "metrics");
    if (!shell_service(shell, "supervisor", &supervisor))
        return false;
    struct sg_result ended = metrics_each(process, show_metric, &shell->output, &result);
    if (!sg_succeeded(ended))
        return shell_call_failed(shell, "supervisor.Metrics", ended);
    return process_result(shell, "metrics", process, result);
}
