/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include <signet/metrics.h>

#include "record.h"
#include "supervisor.h"
#include "supervisor/v1/supervisor.rpc.h"

_Static_assert((int)SG_METRIC_COUNTER == signet_supervisor_v1_MetricKind_COUNTER, "same values");
_Static_assert((int)SG_METRIC_GAUGE == signet_supervisor_v1_MetricKind_GAUGE, "same values");
_Static_assert((int)SG_METRIC_HISTOGRAM == signet_supervisor_v1_MetricKind_HISTOGRAM,
               "same values");
_Static_assert(sizeof((signet_supervisor_v1_MetricRow *)0)->name == SG_METRIC_NAME_MAX,
               "supervisor.options");
_Static_assert(sizeof((signet_supervisor_v1_MetricRow *)0)->bucket ==
                   SG_METRIC_BUCKETS * sizeof(uint64_t),
               "supervisor.options");

static void fill_row(const struct sg_metric *metric, signet_supervisor_v1_MetricRow *row)
{
    snprintf(row->name, sizeof row->name, "%s", metric->name);
    row->kind = (signet_supervisor_v1_MetricKind)metric->kind;
    row->value = metric->value;
    if (metric->kind != SG_METRIC_HISTOGRAM)
        return;
    row->sum = metric->sum;
    row->bucket_count = SG_METRIC_BUCKETS;
    memcpy(row->bucket, metric->bucket, sizeof row->bucket);
}

static void list(const struct sg_process_record *record, uint32_t start,
                 signet_supervisor_v1_MetricsReply *reply)
{
    const uint32_t room = sizeof reply->row / sizeof reply->row[0];
    struct sg_metric metric;
    uint32_t index = record_metric(record, start, &metric);
    while (index < SG_METRICS_MAX && reply->row_count < room) {
        fill_row(&metric, &reply->row[reply->row_count++]);
        index = record_metric(record, index + 1, &metric);
    }
    reply->next = index < SG_METRICS_MAX ? index : 0;
}

enum sg_rpc_status
signet_supervisor_v1_Supervisor_Metrics_handle(void *self, struct sg_call *call,
                                               const signet_supervisor_v1_MetricsRequest *request,
                                               signet_supervisor_v1_MetricsReply *reply)
{
    const struct process *process = process_find(self, request->process);
    (void)call;
    if (!process)
        reply->result = signet_supervisor_v1_Result_NO_SUCH_PROCESS;
    else if (!process_is_alive(process))
        reply->result = signet_supervisor_v1_Result_NOT_RUNNING;
    else
        list(record_read(process), request->start, reply);
    return SG_RPC_OK;
}
