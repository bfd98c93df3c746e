/* SPDX-License-Identifier: BSD-2-Clause */
#include "arch/x86_64/time.h"

#include "arch/arch.h"
#include "arch/x86_64/apic.h"
#include "arch/x86_64/area.h"
#include "arch/x86_64/x86.h"
#include "core/time.h"
#include "syscall/entry.h"

#define PM_TIMER_HZ UINT64_C(3579545)
#define NS_PER_SECOND UINT64_C(1000000000)
#define MEASURE_TICKS (PM_TIMER_HZ / 200) /* 5 ms */
#define MEASURE_POLLS_MAX 10000000u
#define SAMPLE_TRIES 8u
#define TSC_DEADLINE_MAX_NS (UINT64_C(1) << 40)
#define CPUID_TSC_DEADLINE (1u << 24)

/* Factors in 32.32 fixed point. */
static uint64_t ns_per_tick;
static uint64_t tsc_per_ns;
static uint64_t count_per_ns; /* of the local APIC's timer */
static uint64_t tsc_start;
static bool timer_is_tsc;

struct sample {
    uint64_t tsc;
    uint32_t pm;
    uint32_t count;
};

/* The sample of several that was taken in the shortest time: an interruption by a hypervisor between
   two of its reads would falsify it. */
static BOOT_CODE struct sample take_sample(uint16_t port)
{
    struct sample best = {0};
    uint64_t best_length = UINT64_MAX;

    for (uint32_t i = 0; i < SAMPLE_TRIES; i++) {
        struct sample sample;

        sample.tsc = x86_read_tsc();
        sample.pm = x86_in32(port);
        sample.count = apic_timer_left();
        uint64_t end = x86_read_tsc();
        if (end - sample.tsc < best_length) {
            best_length = end - sample.tsc;
            best = sample;
        }
    }
    return best;
}

static BOOT_CODE bool wait_ticks(const struct acpi_fixed *fixed, uint32_t start)
{
    for (uint32_t i = 0; i < MEASURE_POLLS_MAX; i++)
        if (((x86_in32(fixed->timer_port) - start) & fixed->timer_mask) >= MEASURE_TICKS)
            return true;
    return false;
}

BOOT_CODE void time_init_cpu(void)
{
    apic_timer_enable(timer_is_tsc ? APIC_TIMER_TSC : APIC_TIMER_COUNT);
}

BOOT_CODE enum sg_status time_init(const struct acpi_fixed *fixed)
{
    if (fixed->timer_port == 0)
        return SG_NOT_FOUND;
    apic_timer_start(UINT32_MAX);
    struct sample start = take_sample(fixed->timer_port);
    if (!wait_ticks(fixed, start.pm))
        return SG_NOT_FOUND;
    struct sample end = take_sample(fixed->timer_port);
    apic_timer_start(0);
    uint64_t ns = ((end.pm - start.pm) & fixed->timer_mask) * NS_PER_SECOND / PM_TIMER_HZ;
    uint64_t ticks = end.tsc - start.tsc;
    if (ticks > UINT32_MAX || ticks == 0 || ns > UINT32_MAX)
        return SG_NOT_FOUND;
    ns_per_tick = (ns << 32) / ticks;
    tsc_per_ns = (ticks << 32) / ns;
    count_per_ns = ((uint64_t)(start.count - end.count) << 32) / ns;
    timer_is_tsc = (x86_cpuid(1).c & CPUID_TSC_DEADLINE) != 0;
    time_init_cpu();
    tsc_start = x86_read_tsc();
    return SG_OK;
}

/* value * factor / 2^32, the product in full. */
static inline uint64_t scale(uint64_t value, uint64_t factor)
{
    return (uint64_t)((unsigned __int128)value * factor >> 32);
}

uint64_t arch_now_ns(void)
{
    return scale(x86_read_tsc() - tsc_start, ns_per_tick);
}

/* Counts that last at least until the deadline, or as long as the timer can; never 0. */
static uint32_t count_until(uint64_t deadline_ns)
{
    uint64_t left_ns = time_subtract(deadline_ns, arch_now_ns());
    uint64_t count = left_ns < UINT32_MAX ? scale(left_ns, count_per_ns) + 1 : UINT32_MAX;

    return count < UINT32_MAX ? (uint32_t)count : UINT32_MAX;
}

/* The TSC at a deadline that may be too far away for the product: then somewhat earlier. */
static uint64_t tsc_at(uint64_t deadline_ns)
{
    uint64_t furthest_ns = arch_now_ns() + TSC_DEADLINE_MAX_NS;

    return tsc_start + scale(deadline_ns < furthest_ns ? deadline_ns : furthest_ns, tsc_per_ns) + 1;
}

void arch_timer_arm(uint64_t deadline_ns)
{
    bool is_off = deadline_ns == UINT64_MAX;

    area_self()->deadline_ns = deadline_ns;
    if (timer_is_tsc)
        x86_write_msr(MSR_TSC_DEADLINE, is_off ? 0 : tsc_at(deadline_ns));
    else
        apic_timer_start(is_off ? 0 : count_until(deadline_ns));
}

/* The count may end before its deadline: it is limited, and its clock is another than the TSC. */
void time_interrupt(void)
{
    struct area *area = area_self();

    if (arch_now_ns() < area->deadline_ns) {
        arch_timer_arm(area->deadline_ns);
        return;
    }
    area->deadline_ns = UINT64_MAX;
    kernel_timer();
}

BOOT_CODE uint64_t time_tsc_khz(void)
{
    return scale(NS_PER_SECOND / 1000, tsc_per_ns);
}

BOOT_CODE const char *time_timer_name(void)
{
    return timer_is_tsc ? "TSC deadline" : "local APIC";
}
