/* SPDX-License-Identifier: BSD-2-Clause */
#include "shape.h"

#define PAGE_KIB 4u
#define STOP_MS 1000u
/* The untyped's own, thread, sched, lifecycle endpoint, startup block, record of threads and metrics. */
#define OWN_FRAMES 10u
#define TABLES_LEAST 8u
#define FRAMES_PER_TABLE 256u
#define REGIONS_LEAST 40u
#define FRAMES_PER_REGION 8u

/*@ assigns \nothing;
    ensures \result == (value != 0 ? value : otherwise);
*/
static uint32_t value_or(uint32_t value, uint32_t otherwise)
{
    return value ? value : otherwise;
}

/*@ assigns \nothing;
    ensures \result == \min(value, limit);
*/
static uint32_t at_most(uint64_t value, uint32_t limit)
{
    return value < limit ? (uint32_t)value : limit;
}

void manifest_shape(const signet_manifest_v1_Process *process, struct manifest_shape *shape)
{
    const signet_manifest_v1_Sched *sched = &process->sched;
    shape->cspace_slots = value_or(process->cspace_slots, 64);
    shape->stack_kib = value_or(process->stack_kib, 32);
    shape->submissions = value_or(process->ring.submissions, 32);
    shape->completions = value_or(process->ring.completions, 64);
    shape->ring_pages = value_or(process->ring.pages, 8);
    uint32_t frames = process->memory_kib / PAGE_KIB;
    shape->aspace_tables =
        at_most(TABLES_LEAST + (uint64_t)frames / FRAMES_PER_TABLE, SG_ASPACE_TABLES_MAX);
    shape->aspace_regions =
        at_most(REGIONS_LEAST + (uint64_t)frames / FRAMES_PER_REGION, SG_ASPACE_REGIONS_MAX);
    shape->class =
        process->has_sched && sched->has_class ? (enum sg_class)sched->class : SG_CLASS_NORMAL;
    shape->weight = value_or(sched->weight, SG_WEIGHT_DEFAULT);
    shape->budget_ns = (uint64_t)sched->budget_us * 1000;
    shape->period_ns = (uint64_t)sched->period_us * 1000;
    shape->ready_ms = process->health.ready_ms;
    shape->watchdog_ms = process->health.watchdog_ms;
    shape->stop_ms = value_or(process->health.stop_ms, STOP_MS);
    shape->log_level =
        process->has_log_level ? process->log_level : signet_manifest_v1_Process_LogLevel_INFO;
}

uint32_t manifest_overhead_frames(const signet_manifest_v1_Process *process)
{
    struct manifest_shape shape;
    manifest_shape(process, &shape);
    return OWN_FRAMES + process->ioport_count + process->irq_count +
           sg_object_frames(SG_TYPE_CSPACE, shape.cspace_slots, 0, 0) +
           sg_object_frames(SG_TYPE_ASPACE, shape.aspace_tables, shape.aspace_regions, 0) +
           sg_object_frames(SG_TYPE_RING, shape.submissions, shape.completions, shape.ring_pages) +
           sg_object_frames(SG_TYPE_MEMORY, shape.stack_kib / PAGE_KIB, 0, 0);
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
