/* SPDX-License-Identifier: BSD-2-Clause */
/* What the boot loader and the firmware hand over. The first byte of an input chooses the parser and
   whether checksums are mended, so that what is behind them is reached. */
#include "fuzz.h"

#include "boot/acpi.h"
#include "boot/multiboot2.h"

#include <string.h>

enum parser { MULTIBOOT2, ROOT, MADT, FADT, DSDT, PARSERS };
#define MENDS 0x80u

static void check_ranges(const struct boot_ranges *ranges, uint64_t from, uint64_t to)
{
    FUZZ_EXPECT(ranges->count <= BOOT_RANGES_MAX, "%u ranges", ranges->count);
    for (uint32_t i = 0; i < ranges->count; i++) {
        struct boot_range range = ranges->range[i];

        FUZZ_EXPECT(range.start >= from && range.start < range.end && range.end <= to &&
                        range.start % PAGE_SIZE == 0 && range.end % PAGE_SIZE == 0,
                    "range %u: %lx to %lx", i, (unsigned long)range.start,
                    (unsigned long)range.end);
        from = range.end + 1;
    }
}

static void check_modules(const struct multiboot2 *boot)
{
    FUZZ_EXPECT(boot->module_count >= 1 && boot->module_count <= SG_BOOT_MODULES_MAX, "%u modules",
                boot->module_count);
    for (uint32_t i = 0; i < boot->module_count; i++) {
        const struct boot_file *file = &boot->module[i];

        FUZZ_EXPECT(file->bytes.start < file->bytes.end && file->bytes.start % PAGE_SIZE == 0,
                    "module %u is empty or off a page", i);
        FUZZ_EXPECT(file->name[0] != 0 && memchr(file->name, 0, sizeof(file->name)) != NULL,
                    "module %u has no name", i);
        for (uint32_t other = 0; other < i; other++)
            FUZZ_EXPECT(!range_overlaps(file->bytes, boot->module[other].bytes),
                        "modules %u and %u overlap", other, i);
    }
}

static void read_multiboot2(const uint8_t *bytes, uint32_t size)
{
    static struct multiboot2 boot;
    enum multiboot2_result result = multiboot2_parse(bytes, size, &boot);
    struct acpi_root root;

    FUZZ_EXPECT(multiboot2_text(result) != NULL, "result %d has no text", result);
    if (result != MULTIBOOT2_OK)
        return;
    check_ranges(&boot.memory, BOOT_MEMORY_START, BOOT_MEMORY_END);
    check_ranges(&boot.low, PAGE_SIZE, BOOT_MEMORY_START);
    FUZZ_EXPECT(boot.memory.count != 0, "accepted without memory");
    check_modules(&boot);
    FUZZ_EXPECT(boot.rsdp_size <= MULTIBOOT2_RSDP_MAX, "a root pointer of %u bytes",
                boot.rsdp_size);
    (void)acpi_read_root(boot.rsdp, boot.rsdp_size, &root);
}

static void mend(uint8_t *table, uint32_t length, uint32_t at)
{
    uint8_t sum = 0;

    if (length <= at)
        return;
    table[at] = 0;
    for (uint32_t i = 0; i < length; i++)
        sum = (uint8_t)(sum + table[i]);
    table[at] = (uint8_t)-sum;
}

static void read_root(uint8_t *bytes, uint32_t size, bool mends)
{
    struct acpi_root root;

    if (mends && size >= 20)
        mend(bytes, 20, 8);
    if (mends && size >= 36)
        mend(bytes, 36, 32);
    if (acpi_read_root(bytes, size, &root) == SG_OK)
        FUZZ_EXPECT(root.entry_bytes == 4 || root.entry_bytes == 8, "entries of %u bytes",
                    root.entry_bytes);
}

static void check_interrupts(const struct acpi_interrupts *found)
{
    FUZZ_EXPECT(found->cpu_count >= 1 && found->cpu_count <= SG_BOOT_CPUS_MAX, "%u CPUs",
                found->cpu_count);
    FUZZ_EXPECT(found->ioapic_count >= 1 && found->ioapic_count <= ACPI_IOAPICS_MAX, "%u IO-APICs",
                found->ioapic_count);
    for (uint32_t i = 0; i < found->cpu_count; i++)
        for (uint32_t other = 0; other < i; other++)
            FUZZ_EXPECT(found->cpu_id[i] != found->cpu_id[other], "CPU %u is there twice",
                        found->cpu_id[i]);
    for (uint32_t i = 0; i < found->ioapic_count; i++)
        FUZZ_EXPECT(found->ioapic[i].address != 0, "an IO-APIC nowhere");
    for (uint32_t i = 0; i < ACPI_ISA_LINES; i++)
        FUZZ_EXPECT(found->isa[i].polarity <= 3 && found->isa[i].trigger <= 3, "ISA line %u", i);
}

/* A table as the kernel gets it: its header's length within the bytes there are. */
static uint32_t table_length(const uint8_t *bytes, uint32_t size, const char *signature)
{
    uint32_t length;

    if (size < ACPI_HEADER_BYTES || acpi_table_length(bytes, signature, &length) != SG_OK)
        return 0;
    FUZZ_EXPECT(length >= ACPI_HEADER_BYTES && length <= ACPI_TABLE_MAX, "a length of %u", length);
    return length <= size ? length : 0;
}

static void read_table(uint8_t *bytes, uint32_t size, enum parser parser, bool mends)
{
    static const char *const signature[PARSERS] = {
        [MADT] = "APIC", [FADT] = "FACP", [DSDT] = "DSDT"};
    uint32_t length = table_length(bytes, size, signature[parser]);
    struct acpi_interrupts interrupts;
    struct acpi_fixed fixed;
    uint16_t type;

    if (length == 0)
        return;
    if (mends)
        mend(bytes, length, 9);
    if (!acpi_checksum_is_good(bytes, length))
        return;
    uint8_t *table = fuzz_exact(bytes, length);
    if (parser == MADT && acpi_read_madt(table, length, &interrupts) == SG_OK)
        check_interrupts(&interrupts);
    if (parser == FADT && acpi_read_fadt(table, length, &fixed) == SG_OK)
        FUZZ_EXPECT(fixed.timer_port == 0 || fixed.timer_mask == 0xffffff ||
                        fixed.timer_mask == UINT32_MAX,
                    "a timer of mask %x", fixed.timer_mask);
    if (parser == DSDT)
        (void)acpi_find_soft_off(table, length, &type);
    fuzz_free(table);
}

void fuzz_start(void)
{
}

void fuzz_one(const uint8_t *bytes, size_t size)
{
    if (size == 0 || size > MULTIBOOT2_SIZE_MAX)
        return;
    enum parser parser = (enum parser)((bytes[0] & ~MENDS) % PARSERS);
    bool mends = bytes[0] & MENDS;
    uint8_t *exact = fuzz_exact(bytes + 1, size - 1);

    if (parser == MULTIBOOT2)
        read_multiboot2(exact, (uint32_t)size - 1);
    else if (parser == ROOT)
        read_root(exact, (uint32_t)size - 1, mends);
    else
        read_table(exact, (uint32_t)size - 1, parser, mends);
    fuzz_free(exact);
}
