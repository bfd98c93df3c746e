/* SPDX-License-Identifier: BSD-2-Clause */
#include "fake_kernel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "start/process.h"

struct fake_kernel fake_kernel;
struct sg_startup fake_startup;

static _Alignas(4096) uint8_t page[FAKE_PAGES_MAX * 4096];
static struct sg_ring_geometry ring;

static struct sg_ring_indices *indices(void)
{
    return (struct sg_ring_indices *)page;
}

void fake_begin(uint32_t first_index)
{
    fake_begin_with(first_index,
                    (struct sg_ring_geometry){FAKE_SUBMISSIONS, FAKE_COMPLETIONS, FAKE_PAGES});
}

void fake_begin_with(uint32_t first_index, struct sg_ring_geometry geometry)
{
    ring = geometry;
    memset(page, 0, sizeof page);
    fake_kernel = (struct fake_kernel){.take_limit = UINT32_MAX};
    indices()->submit_head = indices()->submit_tail = first_index;
    indices()->complete_head = indices()->complete_tail = first_index;
    fake_startup.magic = SG_STARTUP_MAGIC;
    fake_startup.abi_major = SG_ABI_MAJOR;
    fake_startup.ring_address = (uintptr_t)page;
    fake_startup.ring_submissions = ring.submissions;
    fake_startup.ring_completions = ring.completions;
    fake_startup.ring_pages = ring.pages;
    fake_startup.map_base = 0x10000000;
    fake_startup.map_end = 0x20000000;
    assert_int_equal(process_begin(&fake_startup), 0);
}

static uint32_t unread(void)
{
    return indices()->complete_tail - indices()->complete_head;
}

void fake_complete(const struct sg_completion *completion)
{
    struct sg_completion *queue =
        (struct sg_completion *)(page + SG_RING_QUEUE_OFFSET +
                                 ring.submissions * sizeof(struct sg_submission));

    assert_true(unread() < ring.completions);
    queue[indices()->complete_tail % ring.completions] = *completion;
    indices()->complete_tail++;
}

struct sg_enter_result sg_enter(uint32_t submit, uint32_t wait, uint64_t deadline_ns,
                                uint32_t flags)
{
    const struct sg_submission *queue = (struct sg_submission *)(page + SG_RING_QUEUE_OFFSET);
    struct sg_enter_result result = {SG_OK, 0, 0};

    assert_true(wait == 0 || flags == sg_until(deadline_ns));
    assert_true(indices()->submit_tail - indices()->submit_head <= ring.submissions);
    fake_kernel.deadline_ns = deadline_ns;
    fake_kernel.wait_count = wait;
    fake_kernel.enter_count++;
    while (submit-- && indices()->submit_head != indices()->submit_tail && fake_kernel.take_limit) {
        assert_true(fake_kernel.taken_count < FAKE_TAKEN_MAX);
        fake_kernel.taken[fake_kernel.taken_count++] =
            queue[indices()->submit_head % ring.submissions];
        indices()->submit_head++;
        fake_kernel.take_limit--;
        result.consumed++;
    }
    if (unread() < wait && fake_kernel.wait != NULL)
        fake_kernel.wait();
    result.unread = unread();
    if (unread() < wait)
        result.status = SG_TIMED_OUT;
    return result;
}

void sg_invoke(struct sg_registers *registers)
{
    assert_non_null(fake_kernel.invoke);
    fake_kernel.invoke(registers);
}
