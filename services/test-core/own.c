/* SPDX-License-Identifier: BSD-2-Clause */
#include "own.h"

#include "report.h"

#include <signet/object.h>
#include <signet/startup.h>
#include <signet/syscall.h>

#define KEPT_MAX 32u
#define PAUSE_NS 100000u

/* Completions that came before anybody asked for them. */
static struct sg_completion kept[KEPT_MAX];
static uint32_t kept_arrival[KEPT_MAX];
static uint32_t kept_count, arrived, last_arrival;

struct sg_owned own_create(enum sg_type type, uint64_t parameter0, uint64_t parameter1,
                           uint64_t parameter2)
{
    const uint64_t parameter[3] = {parameter0, parameter1, parameter2};
    struct sg_owned own = {0};
    enum sg_status status = sg_owned_create(type, parameter, &own);

    if (status != SG_OK)
        report_status("make an object", SG_OK, status);
    return own;
}

enum sg_status own_bury(struct sg_owned *owned)
{
    struct sg_owned gone = *owned;
    enum sg_status status = sg_owned_destroy(owned);

    if (status != SG_BAD_HANDLE)
        return status;
    (void)sg_release(gone.handle);
    return sg_frames_give(sg_own_frames(), gone.offset, gone.frame_count);
}

uint64_t own_free_frames(void)
{
    uint64_t count = 0;

    (void)sg_info(sg_self()->untyped, SG_INFO_FREE, &count);
    return count;
}

uint64_t own_now_ns(void)
{
    uint64_t now = 0;

    (void)sg_cpu_now(sg_self()->cpu, &now);
    return now;
}

void own_pause(void)
{
    (void)sg_enter(0, sg_own_ring()->completion_count, PAUSE_NS, SG_CALL_RELATIVE);
}

void own_submit(struct sg_submission submission, uint64_t user_data)
{
    submission.user_data = user_data;
    (void)sg_ring_submit(sg_own_ring(), &submission);
    (void)sg_ring_enter(sg_own_ring(), 0, 0);
}

struct sg_completion own_taken(uint64_t user_data)
{
    struct sg_completion found = {.result = OWN_PENDING};

    while (kept_count < KEPT_MAX && sg_ring_next(sg_own_ring(), &kept[kept_count]) == SG_OK)
        kept_arrival[kept_count++] = arrived++;
    for (uint32_t i = 0; i < kept_count; i++) {
        if (kept[i].user_data != user_data)
            continue;
        found = kept[i];
        last_arrival = kept_arrival[i];
        kept[i] = kept[--kept_count];
        kept_arrival[i] = kept_arrival[kept_count];
        break;
    }
    return found;
}

uint32_t own_arrival(void)
{
    return last_arrival;
}

struct sg_submission own_call(struct sg_handle handle, uint16_t method)
{
    return (struct sg_submission){.opcode = SG_OP_CALL,
                                  .method = method,
                                  .handle_index = handle.index,
                                  .handle_generation = handle.generation};
}
