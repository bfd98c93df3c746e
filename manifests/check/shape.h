/* SPDX-License-Identifier: BSD-2-Clause */
/* The sizes of a process as they will be: what the manifest says, and the default where it is
 * silent. */
#pragma once

#include <stdint.h>

#include "abi/object.h"
#include "abi/ring.h"
#include "manifest.h"

#define MANIFEST_IRQ_LINES_DEFAULT 24u
#define MANIFEST_STABLE_RUN_NS UINT64_C(10000000000) /* a run this long forgives failures */
#define MANIFEST_BACKOFF_MAX_MS 10000u

struct manifest_shape {
    uint32_t cspace_slots;
    uint32_t stack_kib;
    uint32_t submissions;
    uint32_t completions;
    uint32_t ring_pages;
    uint32_t aspace_tables; /* by the quota: what it takes to map all of it */
    uint32_t aspace_regions;
    uint32_t weight;
    uint64_t budget_ns;
    uint64_t period_ns;
    enum sg_class class;
    uint32_t ready_ms;    /* 0: not awaited */
    uint32_t watchdog_ms; /* 0: not watched */
    uint32_t stop_ms;
    signet_manifest_v1_Process_LogLevel log_level;
};

/* The effective sizes of a process. */
void manifest_shape(const signet_manifest_v1_Process *process, struct manifest_shape *shape);

/* Frames init itself fills before the process runs, besides its program. */
uint32_t manifest_overhead_frames(const signet_manifest_v1_Process *process);

/* Bytes of a ring's two queues, in front of its arena. */
/*@ requires \valid_read(shape);
    assigns \nothing;
    ensures \result == SG_RING_QUEUE_OFFSET + shape->submissions * sizeof(struct sg_submission) +
      shape->completions * sizeof(struct sg_completion);
*/
uint64_t manifest_ring_queue_bytes(const struct manifest_shape *shape);

/* Interrupt lines of the machine. */
uint32_t manifest_irq_lines(const struct manifest *manifest);
