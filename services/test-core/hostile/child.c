/* SPDX-License-Identifier: BSD-2-Clause */
#include "child.h"

#include "raw.h"
#include "report.h"

#include <string.h>

#define CODE_AT UINT64_C(0x40000000)
#define TABLES 8u
#define REGIONS 4u

/* A page with the code, written through a mapping here that is gone before there is another. */
static struct sg_owned make_code(void)
{
    struct sg_owned code = own_create(SG_TYPE_MEMORY, 1, 0, 0);
    void *page = NULL;

    report_step("child/code", sg_map(code.handle, 0, 1, SG_MAP_READ | SG_MAP_WRITE, &page));
    memcpy(page, raw_scribble_begin, (size_t)(raw_scribble_end - raw_scribble_begin));
    (void)sg_unmap(page);
    return code;
}

struct child child_open(struct sg_handle shared, uint32_t first, uint32_t pages)
{
    struct child child = {.aspace = own_create(SG_TYPE_ASPACE, TABLES, REGIONS, 0),
                          .code = make_code(),
                          .bytes = pages * (uint64_t)SG_PAGE_SIZE};
    uint32_t region;

    report_step("child/map", sg_aspace_map(child.aspace.handle, child.code.handle, CODE_AT, 0, 1,
                                           SG_MAP_READ | SG_MAP_EXECUTE, &region));
    report_step("child/map", sg_aspace_map(child.aspace.handle, shared, CHILD_SHARED_AT, first,
                                           pages, SG_MAP_READ | SG_MAP_WRITE, &region));
    child.worker = worker_open((struct worker_shape){
        .aspace = child.aspace.handle, .slots = 1, .submissions = 1, .completions = 1, .pages = 1});
    return child;
}

void child_start(const struct child *child)
{
    report_step("child/start", worker_start_on(&child->worker, CODE_AT, CHILD_SHARED_AT,
                                               CHILD_SHARED_AT + child->bytes));
}

void child_close(struct child *child)
{
    worker_close(&child->worker);
    report_step("child/aspace", sg_owned_destroy(&child->aspace));
    report_step("child/code", sg_owned_destroy(&child->code));
}
