/* SPDX-License-Identifier: BSD-2-Clause */
#include "sequence.h"

#include "report.h"

bool sequence_is_settled(signet_supervisor_v1_State state)
{
    switch (state) {
    case signet_supervisor_v1_State_STARTING:
    case signet_supervisor_v1_State_NOT_READY:
    case signet_supervisor_v1_State_BACKING_OFF:
        return false;
    case signet_supervisor_v1_State_RUNNING:
    case signet_supervisor_v1_State_STOPPING:
    case signet_supervisor_v1_State_ENDED:
    case signet_supervisor_v1_State_FAILED:
        return true;
    }
    return true;
}

/* Whether all that start before it are settled; `failed` is one of them that will never be ready. */
static bool has_turn(const struct init *init, uint32_t index, const struct process **failed)
{
    *failed = 0;
    for (uint32_t i = 0; i < init->manifest->process_count; i++) {
        const struct process *before = &init->process[i];
        if (!manifest_starts_before(init->manifest, i, index))
            continue;
        if (!sequence_is_settled(before->state))
            return false;
        if (before->state == signet_supervisor_v1_State_FAILED)
            *failed = before;
    }
    return true;
}

static void start(struct process *process, const struct process *failed)
{
    report(signet_log_v1_Level_INFO, "starting %s (%s, %u KiB)", process->entry->name,
           process->entry->module, (unsigned)process->entry->memory_kib);
    if (failed)
        report(signet_log_v1_Level_WARNING, "%s starts without %s, which has failed",
               process->entry->name, failed->entry->name);
    (void)process_start(process);
}

void sequence_continue(struct init *init)
{
    for (uint32_t i = 0; i < init->order.count; i++) {
        struct process *process = &init->process[init->order.process[i]];
        const struct process *failed;
        if (process->state == signet_supervisor_v1_State_STARTING &&
            has_turn(init, init->order.process[i], &failed))
            start(process, failed);
    }
}
