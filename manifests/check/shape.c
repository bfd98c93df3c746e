/* SPDX-License-Identifier: BSD-2-Clause */
#include "shape.h"

#include "abi/ring.h"

static uint32_t value_or(uint32_t value, uint32_t otherwise)
{
    return value ? value : otherwise;
}

void manifest_shape(const signet_manifest_v1_Process *process, struct manifest_shape *shape)
{
    const signet_manifest_v1_Sched *sched = &process->sched;
    shape->cspace_slots = value_or(process->cspace_slots, 64);
    shape->stack_kib = value_or(process->stack_kib, 32);
    shape->submissions = value_or(process->ring.submissions, 32);
    shape->completions = value_or(process->ring.completions, 64);
    shape->ring_pages = value_or(process->ring.pages, 8);
    shape->class =
        process->has_sched && sched->has_class ? (enum sg_class)sched->class : SG_CLASS_NORMAL;
    shape->weight = value_or(sched->weight, SG_WEIGHT_DEFAULT);
    shape->budget_ns = (uint64_t)sched->budget_us * 1000;
    shape->period_ns = (uint64_t)sched->period_us * 1000;
}

uint64_t manifest_ring_queue_bytes(const struct manifest_shape *shape)
{
    return SG_RING_QUEUE_OFFSET + (uint64_t)shape->submissions * sizeof(struct sg_submission) +
           (uint64_t)shape->completions * sizeof(struct sg_completion);
}

uint32_t manifest_irq_lines(const struct manifest *manifest)
{
    return value_or(manifest->machine.irq_lines, MANIFEST_IRQ_LINES_DEFAULT);
}
