/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers: within what the kernel's objects allow, and the sum within the machine. */
#include <stdio.h>
#include <string.h>

#include "lookup.h"
#include "rules.h"
#include "shape.h"

#define PAGE_KIB 4u
#define MEMORY_MIB_MIN 32u
#define MEMORY_MIB_MAX 65536u
#define IRQ_LINES_MAX 240u
#define STACK_KIB_MAX 1024u
#define CSPACE_SLOTS_MIN 16u
#define RESTART_LIMIT_MAX 1000000u
#define HEALTH_MS_MAX 60000u
#define WATCHDOG_MS_MIN 20u
#define STOP_MS_MAX 10000u
#define SYSTEM_KIB (8u * 1024u) /* kernel, frame table, init, firmware's share */
#define PROCESS_KIB_MAX (4u * 1024u * 1024u - PAGE_KIB)

struct bounds {
    uint32_t minimum;
    uint32_t maximum;
    uint32_t multiple; /* of which the value must be one */
};

/* For contracts only. */
#define POWER_OF_TWO(value) ((value) != 0 && ((value) & ((value)-1)) == 0)
#define WITHIN(value, least, most) ((least) <= (value) <= (most))

/* Whether a queue of a ring may have so many places. */
/*@ assigns \nothing;
    ensures \result != 0 <==> POWER_OF_TWO(value) && value <= most;
*/
static bool is_queue_size(uint32_t value, uint32_t most)
{
    return value != 0 && (value & (value - 1)) == 0 && value <= most;
}

/*@ assigns \nothing;
    ensures \result != 0 <==> least <= value <= most;
*/
static bool is_within(uint32_t value, uint64_t least, uint32_t most)
{
    return value >= least && value <= most;
}

#define EXPECTED_BYTES 80u

/* Bounds in words, with what they are of. */
/*@ requires \valid(text + (0 .. EXPECTED_BYTES - 1));
    assigns text[0 .. EXPECTED_BYTES - 1];
*/
static void write_bounds(char *text, struct bounds bounds, const char *of)
{
    if (bounds.multiple > 1)
        snprintf(text, EXPECTED_BYTES, "%u to %u, a multiple of %u", (unsigned)bounds.minimum,
                 (unsigned)bounds.maximum, (unsigned)bounds.multiple);
    else
        snprintf(text, EXPECTED_BYTES, "%u to %u%s", (unsigned)bounds.minimum,
                 (unsigned)bounds.maximum, of);
}

/*@ requires \valid(findings) && findings->count < UINT32_MAX && \valid(place);
    requires \separated(findings, place) && bounds.multiple > 0;
    assigns findings->count, findings->finding[0 .. MANIFEST_FINDINGS_MAX - 1];
    assigns place->field \from field;
    ensures accepted: findings->count == \old(findings->count) <==>
      WITHIN(value, bounds.minimum, bounds.maximum) && value % bounds.multiple == 0;
    ensures counted: \old(findings->count) <= findings->count <= \old(findings->count) + 1;
*/
static void check_bounds(struct manifest_findings *findings, struct manifest_place *place,
                         const char *field, uint32_t value, struct bounds bounds)
{
    char expected[EXPECTED_BYTES];
    if (value >= bounds.minimum && value <= bounds.maximum && value % bounds.multiple == 0)
        return;
    write_bounds(expected, bounds, "");
    place->field = field;
    manifest_report(findings, place, expected, "%s %u", field, (unsigned)value);
}

/*@ requires \valid_read(process) && \valid_read(shape) && \valid(findings) && FINDINGS_FEW(findings);
    requires \separated(findings, shape);
    assigns findings->count, findings->finding[0 .. MANIFEST_FINDINGS_MAX - 1];
    ensures accepted: findings->count == \old(findings->count) ==>
      POWER_OF_TWO(shape->submissions) && shape->submissions <= SG_RING_SUBMISSIONS_MAX &&
      POWER_OF_TWO(shape->completions) && shape->completions <= SG_RING_COMPLETIONS_MAX &&
      shape->submissions <= shape->completions && shape->ring_pages <= SG_RING_PAGES_MAX &&
      SG_RING_QUEUE_OFFSET + shape->submissions * sizeof(struct sg_submission) +
        shape->completions * sizeof(struct sg_completion) + SG_PAGE_SIZE <
        shape->ring_pages * SG_PAGE_SIZE;
    ensures counted: \old(findings->count) <= findings->count <= \old(findings->count) + 3;
*/
static void check_ring(const struct manifest_place *process, const struct manifest_shape *shape,
                       struct manifest_findings *findings)
{
    struct manifest_place place = *process;
    place.list = "ring";
    place.index = MANIFEST_NO_INDEX;
    place.field = "submissions";
    if (!is_queue_size(shape->submissions, SG_RING_SUBMISSIONS_MAX))
        manifest_report(findings, &place, "a power of two up to 256", "submissions %u",
                        (unsigned)shape->submissions);
    place.field = "completions";
    if (!is_queue_size(shape->completions, SG_RING_COMPLETIONS_MAX) ||
        shape->completions < shape->submissions)
        manifest_report(findings, &place, "a power of two up to 256, not below submissions",
                        "completions %u", (unsigned)shape->completions);
    place.field = "pages";
    uint64_t least = manifest_ring_queue_bytes(shape) / SG_PAGE_SIZE + 2;
    if (!is_within(shape->ring_pages, least, SG_RING_PAGES_MAX)) {
        char expected[EXPECTED_BYTES];
        write_bounds(expected, (struct bounds){(uint32_t)least, SG_RING_PAGES_MAX, 1},
                     " pages: both queues and an arena");
        manifest_report(findings, &place, expected, "pages %u", (unsigned)shape->ring_pages);
    }
}

/*@ requires \valid_read(process) && \valid_read(shape) && \valid(findings) && FINDINGS_FEW(findings);
    requires \separated(findings, shape);
    requires shape->budget_ns <= UINT32_MAX * 1000 && shape->period_ns <= UINT32_MAX * 1000;
    assigns findings->count, findings->finding[0 .. MANIFEST_FINDINGS_MAX - 1];
    ensures accepted: findings->count == \old(findings->count) ==>
      shape->class <= SG_CLASS_REALTIME && WITHIN(shape->weight, 1, SG_WEIGHT_MAX) &&
      (shape->class == SG_CLASS_REALTIME
         ? 0 < shape->budget_ns <= shape->period_ns <= SG_PERIOD_MAX_NS
         : shape->budget_ns == 0 && shape->period_ns == 0);
    ensures counted: \old(findings->count) <= findings->count <= \old(findings->count) + 3;
*/
static void check_sched(const struct manifest_place *process, const struct manifest_shape *shape,
                        struct manifest_findings *findings)
{
    struct manifest_place place = *process;
    place.list = "sched";
    place.index = MANIFEST_NO_INDEX;
    place.field = "class";
    if ((uint32_t)shape->class > SG_CLASS_REALTIME)
        manifest_report(findings, &place, "IDLE, NORMAL, INTERACTIVE or REALTIME", "class %u",
                        (unsigned)shape->class);
    check_bounds(findings, &place, "weight", shape->weight, (struct bounds){1, SG_WEIGHT_MAX, 1});
    place.field = "budget_us";
    if (shape->class != SG_CLASS_REALTIME) {
        if (shape->budget_ns || shape->period_ns)
            manifest_report(findings, &place, "a budget for class REALTIME only",
                            "budget_us %u, period_us %u", (unsigned)(shape->budget_ns / 1000),
                            (unsigned)(shape->period_ns / 1000));
    } else if (shape->budget_ns == 0 || shape->budget_ns > shape->period_ns ||
               shape->period_ns > SG_PERIOD_MAX_NS) {
        manifest_report(findings, &place, "0 < budget_us <= period_us <= 1000000",
                        "budget_us %u, period_us %u", (unsigned)(shape->budget_ns / 1000),
                        (unsigned)(shape->period_ns / 1000));
    }
}

/*@ requires \valid_read(process) && \valid_read(restart) && \valid(findings) && FINDINGS_FEW(findings);
    requires \separated(findings, restart);
    assigns findings->count, findings->finding[0 .. MANIFEST_FINDINGS_MAX - 1];
    ensures accepted: findings->count == \old(findings->count) ==>
      restart->policy <= signet_manifest_v1_Restart_Policy_ALWAYS &&
      (restart->policy == signet_manifest_v1_Restart_Policy_NEVER
         ? restart->limit == 0 && restart->backoff_ms == 0
         : WITHIN(restart->limit, 1, RESTART_LIMIT_MAX) &&
             WITHIN(restart->backoff_ms, 1, MANIFEST_BACKOFF_MAX_MS));
    ensures counted: \old(findings->count) <= findings->count <= \old(findings->count) + 2;
*/
static void check_restart(const struct manifest_place *process,
                          const signet_manifest_v1_Restart *restart,
                          struct manifest_findings *findings)
{
    struct manifest_place place = *process;
    place.list = "restart";
    place.index = MANIFEST_NO_INDEX;
    place.field = "policy";
    if ((uint32_t)restart->policy > signet_manifest_v1_Restart_Policy_ALWAYS) {
        manifest_report(findings, &place, "NEVER, ON_FAILURE or ALWAYS", "policy %u",
                        (unsigned)restart->policy);
    } else if (restart->policy == signet_manifest_v1_Restart_Policy_NEVER) {
        if (restart->limit || restart->backoff_ms)
            manifest_report(findings, &place, "no limit and no backoff_ms with policy NEVER",
                            "limit %u, backoff_ms %u", (unsigned)restart->limit,
                            (unsigned)restart->backoff_ms);
    } else {
        check_bounds(findings, &place, "limit", restart->limit,
                     (struct bounds){1, RESTART_LIMIT_MAX, 1});
        check_bounds(findings, &place, "backoff_ms", restart->backoff_ms,
                     (struct bounds){1, MANIFEST_BACKOFF_MAX_MS, 1});
    }
}

/*@ requires \valid_read(process) && \valid_read(health) && \valid(findings) && FINDINGS_FEW(findings);
    requires \separated(findings, health);
    assigns findings->count, findings->finding[0 .. MANIFEST_FINDINGS_MAX - 1];
    ensures accepted: findings->count == \old(findings->count) ==>
      health->ready_ms <= HEALTH_MS_MAX && health->stop_ms <= STOP_MS_MAX &&
      (health->watchdog_ms == 0 || WITHIN(health->watchdog_ms, WATCHDOG_MS_MIN, HEALTH_MS_MAX));
    ensures counted: \old(findings->count) <= findings->count <= \old(findings->count) + 3;
*/
static void check_health(const struct manifest_place *process,
                         const signet_manifest_v1_Health *health,
                         struct manifest_findings *findings)
{
    struct manifest_place place = *process;
    place.list = "health";
    place.index = MANIFEST_NO_INDEX;
    if (health->ready_ms != 0)
        check_bounds(findings, &place, "ready_ms", health->ready_ms,
                     (struct bounds){1, HEALTH_MS_MAX, 1});
    /* Twice in that time it is asked, by a timer of milliseconds. */
    if (health->watchdog_ms != 0)
        check_bounds(findings, &place, "watchdog_ms", health->watchdog_ms,
                     (struct bounds){WATCHDOG_MS_MIN, HEALTH_MS_MAX, 1});
    if (health->stop_ms != 0)
        check_bounds(findings, &place, "stop_ms", health->stop_ms,
                     (struct bounds){1, STOP_MS_MAX, 1});
}

/*@ requires \valid_read(process) && \valid_read(shape) && \valid(findings) && FINDINGS_FEW(findings);
    requires \separated(findings, shape);
    assigns findings->count, findings->finding[0 .. MANIFEST_FINDINGS_MAX - 1];
    ensures accepted: findings->count == \old(findings->count) ==>
      shape->log_level <= signet_manifest_v1_Process_LogLevel_ERROR;
    ensures counted: \old(findings->count) <= findings->count <= \old(findings->count) + 1;
*/
static void check_log_level(const struct manifest_place *process,
                            const struct manifest_shape *shape, struct manifest_findings *findings)
{
    struct manifest_place place = *process;
    place.field = "log_level";
    if ((uint32_t)shape->log_level > signet_manifest_v1_Process_LogLevel_ERROR)
        manifest_report(findings, &place, "DEBUG, INFO, WARNING or ERROR", "log_level %u",
                        (unsigned)shape->log_level);
}

static uint64_t module_kib(const struct manifest *manifest, const char *name)
{
    uint32_t index;
    if (!manifest_module_find(manifest, name, &index))
        return 0;
    return (manifest->module[index].size_bytes + (uint64_t)1023) / 1024;
}

/* The quota holds at least what init makes before the process runs; the loader counts the
   program. */
static void check_quota(struct manifest_place *place, struct manifest_findings *findings)
{
    const signet_manifest_v1_Process *process = &place->manifest->process[place->process];
    uint32_t least = manifest_overhead_frames(process) * PAGE_KIB;
    char expected[80];
    if (process->memory_kib >= least)
        return;
    place->list = 0;
    place->field = "memory_kib";
    snprintf(expected, sizeof expected, "at least %u for its stack, ring, slots and tables",
             (unsigned)least);
    manifest_report(findings, place, expected, "memory_kib %u", (unsigned)process->memory_kib);
}

static void check_process(const struct manifest *manifest, uint32_t process,
                          struct manifest_findings *findings)
{
    const signet_manifest_v1_Process *entry = &manifest->process[process];
    struct manifest_place place = {manifest, process, 0, 0, 0, 0};
    struct manifest_shape shape;
    uint32_t before = findings->count;
    manifest_shape(entry, &shape);
    check_bounds(findings, &place, "memory_kib", entry->memory_kib,
                 (struct bounds){PAGE_KIB, PROCESS_KIB_MAX, PAGE_KIB});
    check_bounds(findings, &place, "cspace_slots", shape.cspace_slots,
                 (struct bounds){CSPACE_SLOTS_MIN, SG_CSPACE_SLOTS_MAX, 1});
    check_bounds(findings, &place, "stack_kib", shape.stack_kib,
                 (struct bounds){PAGE_KIB, STACK_KIB_MAX, PAGE_KIB});
    check_ring(&place, &shape, findings);
    check_sched(&place, &shape, findings);
    check_restart(&place, &entry->restart, findings);
    check_health(&place, &entry->health, findings);
    check_log_level(&place, &shape, findings);
    if (findings->count == before)
        check_quota(&place, findings);
}

static void check_total(const struct manifest *manifest, struct manifest_findings *findings)
{
    struct manifest_place place = {manifest, MANIFEST_NO_PROCESS, "machine", MANIFEST_NO_INDEX,
                                   0,        "memory_mib"};
    uint64_t kib = SYSTEM_KIB;
    for (uint32_t i = 0; i < manifest->process_count; i++)
        kib += manifest->process[i].memory_kib;
    for (uint32_t i = 0; i < manifest->module_count; i++)
        kib += module_kib(manifest, manifest->module[i].name);
    if (kib <= (uint64_t)manifest->machine.memory_mib * 1024)
        return;
    manifest_report(findings, &place, "room for all of its processes, modules and the system",
                    "memory_mib %u, processes, modules and system of %llu KiB",
                    (unsigned)manifest->machine.memory_mib, (unsigned long long)kib);
}

void check_sizes(const struct manifest *manifest, struct manifest_findings *findings)
{
    struct manifest_place place = {manifest, MANIFEST_NO_PROCESS, "machine", MANIFEST_NO_INDEX, 0,
                                   0};
    uint32_t before = findings->count;
    check_bounds(findings, &place, "memory_mib", manifest->machine.memory_mib,
                 (struct bounds){MEMORY_MIB_MIN, MEMORY_MIB_MAX, 1});
    check_bounds(findings, &place, "irq_lines", manifest_irq_lines(manifest),
                 (struct bounds){1, IRQ_LINES_MAX, 1});
    for (uint32_t i = 0; i < manifest->process_count; i++)
        check_process(manifest, i, findings);
    if (findings->count == before)
        check_total(manifest, findings);
}
