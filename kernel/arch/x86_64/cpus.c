/* SPDX-License-Identifier: BSD-2-Clause */
#include "arch/x86_64/cpus.h"

#include "arch/arch.h"
#include "arch/x86_64/apic.h"
#include "arch/x86_64/area.h"
#include "arch/x86_64/console.h"
#include "arch/x86_64/features.h"
#include "arch/x86_64/panic.h"
#include "arch/x86_64/time.h"
#include "arch/x86_64/x86.h"

#define NS_PER_MS UINT64_C(1000000)
#define INIT_MS 10u    /* from INIT until a CPU can be started */
#define AGAIN_MS 1u    /* without a sign of life, it is told a second time */
#define START_MS 1000u /* and then left out */

/* Called on a new CPU's kernel stack, by boot.S. */
NORETURN void cpus_enter(struct area *area);

extern const uint8_t start_code[], start_code_end[];
struct area *cpus_starting; /* what the CPU that starts becomes; NULL: none is to start (boot.S) */

static uint32_t start_page;

void cpus_prepare(const struct multiboot2 *boot, uint32_t boot_information)
{
    struct boot_ranges low = boot->low;
    uint64_t size = *(const uint32_t *)(DIRECT_MAP + boot_information);

    for (uint32_t i = 0; i < boot->module_count; i++)
        ranges_remove(&low, boot->module[i].bytes);
    ranges_remove(&low, (struct boot_range){boot_information, boot_information + size});
    ranges_to_pages(&low);
    if (low.count == 0)
        return;
    start_page = (uint32_t)((low.range[low.count - 1].end - 1) >> PAGE_SHIFT);
    arch_copy_words((void *)(DIRECT_MAP + ((uint64_t)start_page << PAGE_SHIFT)), start_code,
                    (uint64_t)(start_code_end - start_code + 7) / 8);
}

/* Everything the first CPU did for itself. */
void cpus_enter(struct area *area)
{
    area_load(area);
    features_init();
    apic_init_cpu();
    time_init_cpu();
    if (apic_id() == area->apic_id)
        __atomic_store_n(&area->started_tsc, x86_read_tsc(), __ATOMIC_RELEASE);
    cpus_wait();
}

/* Waits so long for a CPU, or for the time to pass when it has not been told to start. */
static bool has_started(const struct area *area, uint32_t patience_ms)
{
    uint64_t end_ns = arch_now_ns() + patience_ms * NS_PER_MS;

    while (__atomic_load_n(&area->started_tsc, __ATOMIC_ACQUIRE) == 0 && arch_now_ns() < end_ns)
        x86_pause();
    return area->started_tsc != 0;
}

/* Starts the CPU with a hardware id as one with a number: NULL, or why it is left out. */
static const char *start(uint32_t number, uint32_t id)
{
    struct area *area = &areas[number];
    uint64_t before = x86_read_tsc();

    if (!apic_can_reach(id))
        return "without x2APIC it cannot be reached";
    if (start_page == 0)
        return "no free page below 1 MiB to start it in";
    area_init(number);
    area->apic_id = id;
    area->kernel_root = area_self()->kernel_root;
    area->started_tsc = 0;
    __atomic_store_n(&cpus_starting, area, __ATOMIC_RELEASE);
    apic_send(id, APIC_START | start_page);
    if (!has_started(area, AGAIN_MS))
        apic_send(id, APIC_START | start_page);
    if (!has_started(area, START_MS))
        return "it did not start within a second";
    if (area->started_tsc < before || area->started_tsc > x86_read_tsc())
        return "its time-stamp counter differs from the first CPU's";
    return NULL;
}

/* Makes a CPU wait for its start, whatever it does. */
static void reset(uint32_t id)
{
    if (apic_can_reach(id))
        apic_send(id, APIC_INIT);
}

/* From here on number and area can be another CPU's. */
static void leave_out(uint32_t number, uint32_t id, const char *reason)
{
    cpus_starting = NULL;
    reset(id);
    areas[number].started_tsc = 0;
    (void)has_started(&areas[number], INIT_MS);
    console_print("signet: CPU id %u left out: %s\n", id, reason);
}

void cpus_start(struct acpi_interrupts *interrupts)
{
    uint32_t found = interrupts->cpu_count;
    uint32_t *id = interrupts->cpu_id;

    interrupts->cpu_count = 1;
    for (uint32_t i = 1; i < found; i++)
        reset(id[i]);
    (void)has_started(&areas[1], found > 1 ? INIT_MS : 0);
    for (uint32_t i = 1; i < found; i++) {
        const char *problem = start(interrupts->cpu_count, id[i]);

        if (problem == NULL)
            id[interrupts->cpu_count++] = id[i];
        else
            leave_out(interrupts->cpu_count, id[i], problem);
    }
}
