/* SPDX-License-Identifier: BSD-2-Clause */
#include "arch/x86_64/flush.h"

#include "arch/arch.h"
#include "arch/x86_64/apic.h"
#include "arch/x86_64/area.h"
#include "arch/x86_64/x86.h"
#include "object/machine.h"
#include "object/thread.h"

#define BYTES_MAX (32 * PAGE_SIZE) /* beyond, loading CR3 is cheaper than page by page */
#define ANSWER_NS UINT64_C(30000000000)

static uint32_t asked_cpus; /* by number; not yet told. The kernel lock protects it */

static void forget(uint64_t start, uint64_t end)
{
    if (LIKELY(end - start <= BYTES_MAX)) {
        for (uint64_t page = start; page < end; page += PAGE_SIZE)
            x86_flush_page(page);
    } else if (start == FLUSH_EVERYTHING) {
        uint64_t cr4 = x86_read_cr4();

        x86_write_cr4(cr4 & ~CR4_GLOBAL_PAGES);
        x86_write_cr4(cr4);
    } else {
        x86_write_cr3(x86_read_cr3());
    }
}

/* Puts a range into a mailbox that its CPU does not look at yet. */
static void add(uint32_t number, uint64_t start, uint64_t end)
{
    struct flush *flush = &areas[number].flush;
    bool is_empty = !(asked_cpus >> number & 1);

    if (is_empty || start < flush->start)
        flush->start = start;
    if (is_empty || end > flush->end)
        flush->end = end;
    asked_cpus |= UINT32_C(1) << number;
}

/* What CR3 of a CPU holds: its current thread's tables, which only change under the kernel lock. */
static uint64_t root_of(const struct area *area)
{
    const struct thread *current = area->cpu->current;

    return LIKELY(current != NULL) ? current->context.root_physical : area->kernel_root;
}

static NOINLINE void ask_others(uint64_t root_physical, uint64_t start, uint64_t end)
{
    for (uint32_t i = 0; i < machine.cpu_count; i++)
        if (&areas[i] != area_self() &&
            (start == FLUSH_EVERYTHING || root_of(&areas[i]) == root_physical))
            add(i, start, end);
}

void flush_ask(uint64_t root_physical, uint64_t start, uint64_t end)
{
    if (LIKELY(root_of(area_self()) == root_physical) || start == FLUSH_EVERYTHING)
        forget(start, end);
    if (machine.cpu_count > 1)
        ask_others(root_physical, start, end);
}

void arch_flush(void)
{
    for (uint32_t cpus_left = asked_cpus; cpus_left != 0; cpus_left &= cpus_left - 1) {
        struct area *area = &areas[__builtin_ctz(cpus_left)];

        __atomic_store_n(&area->flush.asked, area->flush.asked + 1, __ATOMIC_RELEASE);
        apic_send(area->apic_id, VECTOR_FLUSH);
    }
    for (; asked_cpus != 0; asked_cpus &= asked_cpus - 1) {
        const struct flush *flush = &areas[__builtin_ctz(asked_cpus)].flush;
        uint64_t end_ns = arch_now_ns() + ANSWER_NS;

        while (__atomic_load_n(&flush->done, __ATOMIC_ACQUIRE) != flush->asked) {
            x86_pause();
            if (arch_now_ns() > end_ns)
                arch_panic("a CPU does not answer a TLB shootdown");
        }
    }
}

void flush_serve(void)
{
    struct flush *flush = &area_self()->flush;
    uint32_t asked = __atomic_load_n(&flush->asked, __ATOMIC_ACQUIRE);

    if (asked == flush->done)
        return;
    forget(flush->start, flush->end);
    __atomic_store_n(&flush->done, asked, __ATOMIC_RELEASE);
}
