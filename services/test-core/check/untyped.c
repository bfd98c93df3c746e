/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory is spent from the own untyped only, comes back whole, and comes clean. */
#include "checks.h"
#include "own.h"
#include "report.h"

#include <signet/frames.h>
#include <signet/object.h>
#include <signet/startup.h>
#include <string.h>

static enum sg_status create(enum sg_type type, uint64_t offset, uint64_t first, uint64_t second)
{
    const uint64_t parameter[3] = {first, second, 0};
    struct sg_handle made;
    enum sg_status status = sg_untyped_create(sg_self()->untyped, type, offset, parameter, &made);

    if (status == SG_OK)
        (void)sg_destroy(made);
    return status;
}

static void bad_requests(const struct sg_owned *used)
{
    report_status("untyped/frames in use", SG_NO_FRAMES,
                  create(SG_TYPE_NOTIFICATION, used->offset, 0, 0));
    report_status("untyped/frames past the end", SG_BAD_ARGUMENT,
                  create(SG_TYPE_NOTIFICATION, UINT32_MAX, 0, 0));
    report_status("untyped/an offset of 33 bits", SG_BAD_ARGUMENT,
                  create(SG_TYPE_NOTIFICATION, UINT64_C(1) << 32, 0, 0));
    report_status("untyped/more frames than there are", SG_BAD_ARGUMENT,
                  create(SG_TYPE_MEMORY, used->offset + used->frame_count, SG_MEMORY_PAGES_MAX, 0));
    report_status("untyped/a memory of no pages", SG_BAD_ARGUMENT,
                  create(SG_TYPE_MEMORY, used->offset + used->frame_count, 0, 0));
    report_status("untyped/a memory past the limit", SG_BAD_ARGUMENT,
                  create(SG_TYPE_MEMORY, used->offset, UINT64_MAX, 0));
    report_status("untyped/an address space without tables", SG_BAD_ARGUMENT,
                  create(SG_TYPE_ASPACE, used->offset, 0, 1));
    report_status("untyped/a table of too many slots", SG_BAD_ARGUMENT,
                  create(SG_TYPE_CSPACE, used->offset, SG_CSPACE_SLOTS_MAX + 1, 0));
    report_status("untyped/no such type", SG_BAD_ARGUMENT, create(SG_TYPE_COUNT, 0, 0, 0));
    report_status("untyped/a processor cannot be made", SG_BAD_ARGUMENT,
                  create(SG_TYPE_CPU, used->offset, 0, 0));
}

/* Writes a page, destroys it, makes it again from the same frames and looks for what was
   written. */
static void frames_come_back_clean(void)
{
    struct sg_owned memory = own_create(SG_TYPE_MEMORY, 1, 0, 0), again;
    uint64_t found = 0;
    uint64_t *page;

    if (sg_map(memory.handle, 0, 1, SG_MAP_READ | SG_MAP_WRITE, (void **)&page) != SG_OK)
        return;
    memset(page, 0xa5, SG_PAGE_SIZE);
    (void)sg_unmap(page);
    (void)sg_owned_destroy(&memory);
    again = own_create(SG_TYPE_MEMORY, 1, 0, 0);
    report_equal("untyped/the same frames", memory.offset, again.offset);
    if (sg_map(again.handle, 0, 1, SG_MAP_READ, (void **)&page) != SG_OK)
        return;
    for (uint32_t i = 0; i < SG_PAGE_SIZE / sizeof *page; i++)
        found |= page[i];
    report_equal("untyped/are clean", 0, found);
    (void)sg_unmap(page);
    (void)sg_owned_destroy(&again);
}

static void a_child_counts_its_own(void)
{
    struct sg_handle child, made;
    const uint64_t none[3] = {0, 0, 0};
    uint64_t before = own_free_frames(), count = 0;
    uint32_t offset;

    if (sg_frames_take(sg_own_frames(), 3, &offset) != SG_OK)
        return;
    report_status("untyped/split", SG_OK, sg_untyped_split(sg_self()->untyped, offset, &child));
    report_status("untyped/grant", SG_OK, sg_untyped_grant(sg_self()->untyped, child, 2));
    (void)sg_info(child, SG_INFO_FRAMES, &count);
    report_equal("untyped/frames of the child", 3, count);
    report_status("untyped/make in the child", SG_OK,
                  sg_untyped_create(child, SG_TYPE_NOTIFICATION, 1, none, &made));
    report_status("untyped/make in the child's frames by its parent", SG_NO_FRAMES,
                  create(SG_TYPE_NOTIFICATION, offset + 2, 0, 0));
    report_status("untyped/destroy the child", SG_OK, sg_destroy(child));
    report_status("untyped/its objects are gone", SG_BAD_HANDLE, sg_notification_signal(made));
    (void)sg_release(made);
    report_equal("untyped/nothing is lost", before, own_free_frames());
    (void)sg_frames_give(sg_own_frames(), offset, 3);
}

void check_untyped(void)
{
    uint64_t before = own_free_frames();
    struct sg_owned notification = own_create(SG_TYPE_NOTIFICATION, 0, 0, 0);

    report_equal("untyped/an object costs its frames", before - 1, own_free_frames());
    bad_requests(&notification);
    (void)sg_owned_destroy(&notification);
    report_equal("untyped/and gives them back", before, own_free_frames());
    frames_come_back_clean();
    a_child_counts_its_own();
}
