/* SPDX-License-Identifier: BSD-2-Clause */
/* The own untyped, down to its last frame; and untypeds in untypeds, as deep as they go. Seen to fail: a depth
   that is not limited. */
#include "accounts.h"
#include "aftermath.h"
#include "limits.h"
#include "report.h"

#include <signet/frames.h>
#include <signet/startup.h>

#define PIECES 512u

static struct sg_owned piece[PIECES];

static uint32_t take_all(void)
{
    uint32_t count = 0;

    for (uint32_t pages = SG_MEMORY_PAGES_MAX - 1; pages != 0; pages /= 2) {
        const uint64_t parameter[3] = {pages, 0, 0};

        while (count < PIECES && sg_owned_create(SG_TYPE_MEMORY, parameter, &piece[count]) == SG_OK)
            count++;
    }
    const uint64_t none[3] = {0, 0, 0};
    while (count < PIECES && sg_owned_create(SG_TYPE_SCHED, none, &piece[count]) == SG_OK)
        count++;
    return count;
}

void fill_frames(void)
{
    uint64_t free = account_of(sg_self()->untyped, SG_INFO_FREE), taken = 0;
    const uint64_t none[3] = {0, 0, 0};
    uint32_t count = take_all();
    struct sg_handle handle;

    for (uint32_t i = 0; i < count; i++)
        taken += piece[i].frame_count;
    report_count("frames/taken", free, taken);
    report_count("frames/left", 0, account_of(sg_self()->untyped, SG_INFO_FREE));
    report_status(
        "frames/one more", SG_NO_FRAMES,
        sg_untyped_create(sg_self()->untyped, SG_TYPE_SCHED, piece[0].offset, none, &handle));
    report_status("frames/of the last object's", SG_NO_FRAMES,
                  sg_untyped_split(sg_self()->untyped, piece[count - 1].offset, &handle));
    aftermath_held("frames/full");
    while (count != 0)
        (void)sg_owned_destroy(&piece[--count]);
}

/* Each has the frames of all that are in it. */
void fill_untypeds(void)
{
    static struct sg_handle untyped[SG_UNTYPED_DEPTH_MAX + 2];
    uint32_t frames = SG_UNTYPED_DEPTH_MAX + 2, offset = 0, count = 0;
    enum sg_status status = SG_OK;

    report_step("untypeds/frames", sg_frames_take(sg_own_frames(), frames, &offset));
    status = sg_untyped_split(sg_self()->untyped, offset, &untyped[0]);
    while (status == SG_OK) {
        uint32_t left = frames - ++count;

        status = sg_untyped_grant(count == 1 ? sg_self()->untyped : untyped[count - 2],
                                  untyped[count - 1], left);
        if (status == SG_OK && count < SG_UNTYPED_DEPTH_MAX + 2)
            status = sg_untyped_split(untyped[count - 1], 1, &untyped[count]);
    }
    report_status("untypeds/full", SG_LIMIT, status);
    report_note("untypeds: %u in each other", count);
    aftermath_held("untypeds/full");
    report_status("untypeds/the outermost destroys all", SG_OK, sg_destroy(untyped[0]));
    while (count != 0)
        (void)sg_release(untyped[--count]);
    report_step("untypeds/frames", sg_frames_give(sg_own_frames(), offset, frames));
}
