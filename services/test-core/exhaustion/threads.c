/* SPDX-License-Identifier: BSD-2-Clause */
/* Bound threads: the one limit that is the whole machine's. Seen to fail: a timer number that is not
   given back when its thread is destroyed. */
#include "aftermath.h"
#include "limits.h"
#include "report.h"

#include <signet/frames.h>
#include <signet/startup.h>
#include <signet/thread.h>

#define THREADS_MAX 4096u
#define OTHERS 6u /* init, console, echo, bystander with two, and this one */
#define FRAMES_OF_ONE 4u
#define FRAMES (1 + FRAMES_OF_ONE * (THREADS_MAX + 1))

static enum sg_status create(struct sg_handle untyped, enum sg_type type, uint32_t offset,
                             struct sg_handle *made)
{
    const uint64_t ring[3] = {1, 1, 1}, none[3] = {0, 0, 0};

    return sg_untyped_create(untyped, type, offset, type == SG_TYPE_RING ? ring : none, made);
}

/* A thread with ring and sched, of which no slot is kept: they go with the untyped. */
static enum sg_status bind_one(struct sg_handle untyped, uint32_t offset)
{
    struct sg_thread_binding parts = {sg_self()->aspace, sg_self()->cspace, SG_HANDLE_NONE,
                                      SG_HANDLE_NONE, SG_HANDLE_NONE};
    struct sg_handle thread = SG_HANDLE_NONE;
    enum sg_status status = create(untyped, SG_TYPE_RING, offset, &parts.ring);

    if (status == SG_OK)
        status = create(untyped, SG_TYPE_THREAD, offset + 2, &thread);
    if (status == SG_OK)
        status = create(untyped, SG_TYPE_SCHED, offset + 3, &parts.sched);
    if (status == SG_OK)
        status = sg_thread_bind(thread, &parts);
    (void)sg_release(parts.ring);
    (void)sg_release(parts.sched);
    (void)sg_release(thread);
    return status;
}

static int nothing(void *argument)
{
    (void)argument;
    return 0;
}

void fill_threads(void)
{
    const struct sg_thread_options options = {.name = "one more"};
    struct sg_handle untyped = SG_HANDLE_NONE;
    struct sg_thread *thread;
    enum sg_status status = SG_OK;
    uint32_t offset = 0, count = 0;
    int result;

    report_step("threads/frames", sg_frames_take(sg_own_frames(), FRAMES, &offset));
    report_step("threads/split", sg_untyped_split(sg_self()->untyped, offset, &untyped));
    report_step("threads/grant", sg_untyped_grant(sg_self()->untyped, untyped, FRAMES - 1));
    while (count <= THREADS_MAX && status == SG_OK)
        status = bind_one(untyped, 1 + FRAMES_OF_ONE * count++);
    report_status("threads/full", SG_LIMIT, status);
    report_count("threads/bound", THREADS_MAX - OTHERS, count - 1);
    report_status("threads/one more of the library's", SG_LIMIT,
                  sg_thread_create(&options, nothing, NULL, &thread));
    aftermath_held("threads/full");
    report_status("threads/all go with their memory", SG_OK, sg_destroy(untyped));
    (void)sg_release(untyped);
    report_step("threads/frames", sg_frames_give(sg_own_frames(), offset, FRAMES));
    report_status("threads/then there is room for one", SG_OK,
                  sg_thread_create(&options, nothing, NULL, &thread));
    report_step("threads/join", sg_thread_join(thread, &result));
}
