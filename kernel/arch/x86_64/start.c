/* SPDX-License-Identifier: BSD-2-Clause */
/* From the boot loader's hand to kernel_boot: console, boot information, ACPI, page tables, control
   registers, interrupt controllers, clock. Each step refuses with a reason instead of guessing. */
#include "arch/x86_64/apic.h"
#include "arch/x86_64/area.h"
#include "arch/x86_64/console.h"
#include "arch/x86_64/cpus.h"
#include "arch/x86_64/features.h"
#include "arch/x86_64/firmware.h"
#include "arch/x86_64/ioapic.h"
#include "arch/x86_64/leave.h"
#include "arch/x86_64/paging.h"
#include "arch/x86_64/panic.h"
#include "arch/x86_64/time.h"
#include "arch/x86_64/x86.h"
#include "boot/boot.h"

/* Called by boot.S on this CPU's kernel stack. */
NORETURN void arch_start(uint32_t magic, uint32_t boot_information);

static struct multiboot2 boot;
static struct firmware firmware;
static struct boot_machine portable;
static uint32_t cpu_count_found;

static void read_boot_information(uint32_t magic, uint32_t address)
{
    const uint32_t *bytes = (const uint32_t *)(DIRECT_MAP + address);

    if (magic != MULTIBOOT2_MAGIC)
        panic_refuse("boot loader: found another protocol, expected multiboot2");
    enum multiboot2_result result = multiboot2_parse((const uint8_t *)bytes, *bytes, &boot);
    if (result != MULTIBOOT2_OK)
        panic_refuse(multiboot2_text(result));
}

static void init_paging(void)
{
    struct boot_ranges modules = {.count = 0};

    for (uint32_t i = 0; i < boot.module_count; i++) {
        struct boot_range bytes = boot.module[i].bytes;

        bytes.end += (PAGE_SIZE - bytes.end % PAGE_SIZE) % PAGE_SIZE;
        ranges_add(&modules, bytes);
    }
    paging_init(&boot.memory, &modules, firmware.interrupts.cpu_count);
}

/* The boot CPU goes first in the list; one the firmware does not know is refused, and so is an id that
   the firmware names twice. */
static void list_cpus(void)
{
    uint32_t id = apic_id();
    uint32_t place = 0;

    while (place < firmware.interrupts.cpu_count && firmware.interrupts.cpu_id[place] != id)
        place++;
    if (place == firmware.interrupts.cpu_count)
        panic_refuse("boot CPU: its APIC id is not in the MADT");
    firmware.interrupts.cpu_id[place] = firmware.interrupts.cpu_id[0];
    firmware.interrupts.cpu_id[0] = id;
    if (firmware.interrupts.cpus_refused != 0)
        console_print("signet: MADT: refused CPU id %u: found before, or no CPU's\n",
                      firmware.interrupts.refused_id);
}

static void init_interrupts(void *local, void *const *ioapic)
{
    apic_init(local);
    list_cpus();
    ioapic_init(&firmware.interrupts, ioapic, apic_id());
    if (time_init(&firmware.fixed) != SG_OK)
        panic_refuse("clock: found no ACPI PM timer that runs");
    area_self()->apic_id = apic_id();
    cpu_count_found = firmware.interrupts.cpu_count + firmware.interrupts.cpus_ignored;
    cpus_start(&firmware.interrupts);
}

static void describe_machine(void)
{
    for (uint32_t i = 0; i < boot.memory.count; i++)
        portable.memory_frames +=
            (uint32_t)((boot.memory.range[i].end - boot.memory.range[i].start) >> PAGE_SHIFT);
    portable.memory_count = boot.memory.count;
    __builtin_memcpy(portable.memory, boot.memory.range, sizeof(portable.memory));
    portable.module_count = boot.module_count;
    __builtin_memcpy(portable.module, boot.module, sizeof(portable.module));
    portable.reserved = paging_image();
    portable.cpu_count = firmware.interrupts.cpu_count;
    portable.pm1a_control_port = firmware.has_soft_off ? firmware.fixed.pm1a_control_port : 0;
    portable.s5_sleep_type = firmware.soft_off_type;
}

static void print_banner(void)
{
    console_print("signet: memory %u MiB, CPUs %u of %u, TSC %lu MHz, timer %s, ",
                  portable.memory_frames >> (20 - PAGE_SHIFT), portable.cpu_count, cpu_count_found,
                  time_tsc_khz() / 1000, time_timer_name());
    features_print();
}

void arch_start(uint32_t magic, uint32_t boot_information)
{
    void *ioapic[ACPI_IOAPICS_MAX];

    area_init(0);
    trap_gates_init();
    area_load(&areas[0]);
    console_init();
    console_print("signet: starting\n");
    read_boot_information(magic, boot_information);
    firmware_read(&boot, &firmware);
    cpus_prepare(&boot, boot_information);
    void *local = paging_add_device(firmware.interrupts.local_address);
    for (uint32_t i = 0; i < firmware.interrupts.ioapic_count; i++)
        ioapic[i] = paging_add_device(firmware.interrupts.ioapic[i].address);
    init_paging();
    features_init();
    init_interrupts(local, ioapic);
    describe_machine();
    print_banner();
    leave_boot(kernel_boot(&portable));
}
