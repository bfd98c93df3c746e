/* SPDX-License-Identifier: BSD-2-Clause */
#include "snapshot.h"

#include "fuzz.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define SNAPSHOTS_MAX 5u
#define FAULTS_SEEN 8u /* before a page can count as written by many inputs: */
#define OFTEN 32u      /* a fault costs as much as putting that many pages back */

enum page_state {
    PAGE_WATCHED, /* equal to every copy, and a write faults */
    PAGE_WRITTEN, /* by this input, or rubbish since another */
    PAGE_OPEN,    /* written by many inputs, or copies differ in it */
};

struct page {
    enum page_state state;
    uint32_t faults;
    bool keeps;   /* is rubbish at this restoration */
    bool is_zero; /* in every copy: most pages are, and few inputs change that */
};

struct snapshot {
    uint8_t *start;
    size_t page_count;
    struct page *page;
    uint32_t *changed; /* numbers of the pages that are not watched */
    size_t changed_count;
    uint32_t inputs;
};

static struct snapshot snapshots[SNAPSHOTS_MAX];
static size_t snapshot_count;
static struct sigaction fault_before;

static void *zeroed(size_t count, size_t size)
{
    void *memory = calloc(count, size);

    FUZZ_EXPECT(memory != NULL, "no memory to save the kernel in");
    return memory;
}

/* memcpy would report the red zones between variables. */
void snapshot_put_back(void *start, const uint8_t *copy, size_t page_count)
{
    size_t words = page_count * SNAPSHOT_PAGE / sizeof(uint64_t);

    __asm__ volatile("rep movsq" : "+D"(start), "+S"(copy), "+c"(words) : : "memory");
}

uint8_t *snapshot_copy(const void *start, size_t page_count)
{
    uint8_t *copy = zeroed(page_count, SNAPSHOT_PAGE);

    snapshot_put_back(copy, start, page_count);
    return copy;
}

static void protect(const struct snapshot *snapshot, size_t page, int access)
{
    if (mprotect(snapshot->start + page * SNAPSHOT_PAGE, SNAPSHOT_PAGE, access) != 0)
        abort();
}

static void open_page(struct snapshot *snapshot, size_t page, enum page_state state)
{
    protect(snapshot, page, PROT_READ | PROT_WRITE);
    snapshot->page[page].state = state;
    snapshot->changed[snapshot->changed_count++] = (uint32_t)page;
}

/* The first write to a watched page; any other fault is what it would have been. */
static void written(int signal, siginfo_t *info, void *context)
{
    uintptr_t address = (uintptr_t)info->si_addr;

    for (size_t i = 0; i < snapshot_count; i++) {
        struct snapshot *snapshot = &snapshots[i];
        size_t page = (address - (uintptr_t)snapshot->start) / SNAPSHOT_PAGE;

        if (page >= snapshot->page_count || snapshot->page[page].state != PAGE_WATCHED)
            continue;
        snapshot->page[page].faults++;
        open_page(snapshot, page, PAGE_WRITTEN);
        return;
    }
    if (fault_before.sa_flags & SA_SIGINFO)
        fault_before.sa_sigaction(signal, info, context);
    else
        sigaction(signal, &fault_before, NULL); /* the same access faults again */
}

__attribute__((no_sanitize("address", "undefined"))) static bool is_zero(const uint8_t *start)
{
    const uint64_t *word = (const uint64_t *)start;
    uint64_t any = 0;

    for (size_t i = 0; i < SNAPSHOT_PAGE / sizeof(uint64_t); i++)
        any |= word[i];
    return any == 0;
}

static bool differs(const uint8_t *one, const uint8_t *other, size_t page)
{
    return memcmp(one + page * SNAPSHOT_PAGE, other + page * SNAPSHOT_PAGE, SNAPSHOT_PAGE) != 0;
}

struct snapshot *snapshot_watch(void *start, size_t page_count, const uint8_t *const copies[],
                                size_t copy_count)
{
    struct sigaction action = {.sa_sigaction = written, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    struct snapshot *snapshot = &snapshots[snapshot_count];

    FUZZ_EXPECT(snapshot_count < SNAPSHOTS_MAX && (uintptr_t)start % SNAPSHOT_PAGE == 0,
                "memory at %p cannot be watched", start);
    *snapshot = (struct snapshot){.start = start, .page_count = page_count};
    snapshot->page = zeroed(page_count, sizeof(*snapshot->page));
    snapshot->changed = zeroed(page_count, sizeof(*snapshot->changed));
    if (snapshot_count++ == 0)
        sigaction(SIGSEGV, &action, &fault_before);
    if (mprotect(start, page_count * SNAPSHOT_PAGE, PROT_READ) != 0)
        abort();
    for (size_t page = 0; page < page_count; page++) {
        for (size_t i = 1; i < copy_count && snapshot->page[page].state == PAGE_WATCHED; i++)
            if (differs(copies[0], copies[i], page))
                open_page(snapshot, page, PAGE_OPEN);
        snapshot->page[page].is_zero = snapshot->page[page].state == PAGE_WATCHED &&
                                       is_zero(snapshot->start + page * SNAPSHOT_PAGE);
    }
    return snapshot;
}

/* Whether to leave a page open that this input has written. */
static bool is_written_often(const struct snapshot *snapshot, const struct page *page)
{
    return page->faults >= FAULTS_SEEN && (uint64_t)page->faults * OFTEN >= snapshot->inputs;
}

void snapshot_restore(struct snapshot *snapshot, const uint8_t *copy,
                      bool (*is_rubbish)(size_t page))
{
    size_t kept = 0;

    snapshot->inputs++;
    for (size_t i = 0; i < snapshot->changed_count; i++)
        snapshot->page[snapshot->changed[i]].keeps =
            is_rubbish != NULL && is_rubbish(snapshot->changed[i]);
    for (size_t i = 0; i < snapshot->changed_count; i++) {
        uint32_t number = snapshot->changed[i];
        struct page *page = &snapshot->page[number];

        uint8_t *start = snapshot->start + number * (size_t)SNAPSHOT_PAGE;

        if (!page->keeps && !(page->is_zero && is_zero(start)))
            snapshot_put_back(start, copy + number * (size_t)SNAPSHOT_PAGE, 1);
        if (page->state == PAGE_WRITTEN && is_written_often(snapshot, page))
            page->state = PAGE_OPEN;
        if (page->state == PAGE_OPEN || page->keeps) {
            snapshot->changed[kept++] = number;
            continue;
        }
        page->state = PAGE_WATCHED;
        protect(snapshot, number, PROT_READ);
    }
    snapshot->changed_count = kept;
}

bool snapshot_is_untouched(const void *start, size_t size)
{
    for (size_t i = 0; i < snapshot_count; i++) {
        const struct snapshot *snapshot = &snapshots[i];
        size_t first = ((uintptr_t)start - (uintptr_t)snapshot->start) / SNAPSHOT_PAGE;

        if (first >= snapshot->page_count)
            continue;
        size_t last = ((uintptr_t)start + size - 1 - (uintptr_t)snapshot->start) / SNAPSHOT_PAGE;
        for (size_t page = first; page <= last; page++)
            if (page >= snapshot->page_count || snapshot->page[page].state != PAGE_WATCHED)
                return false;
        return true;
    }
    return false;
}
