/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/multiboot2.h"

#include "core/little_endian.h"
#include "core/time.h"

enum tag {
    TAG_END = 0,
    TAG_MODULE = 3,
    TAG_MEMORY = 6,
    TAG_RSDP_OLD = 14,
    TAG_RSDP_NEW = 15,
};

#define HEADER_BYTES 8u
#define TAG_BYTES 8u
#define MODULE_NAME 16u
#define MEMORY_ENTRIES 16u
#define MEMORY_ENTRY_MIN 24u
#define MEMORY_USABLE 1u

/* One tag: its bytes, header included. */
struct tag_bytes {
    const uint8_t *bytes;
    uint32_t size;
};

/* Usable entries are added first, then all others taken out: where they overlap nothing is used. */
static void read_memory(struct tag_bytes tag, struct multiboot2 *out)
{
    uint32_t entry_size = tag.size >= MEMORY_ENTRIES ? read_le32(tag.bytes + 8) : 0;
    struct boot_ranges *memory = &out->memory;

    if (entry_size < MEMORY_ENTRY_MIN)
        return;
    for (uint32_t pass = 0; pass < 2; pass++) {
        uint32_t left = tag.size - MEMORY_ENTRIES;
        const uint8_t *entry = tag.bytes + MEMORY_ENTRIES;

        while (left >= entry_size) {
            uint64_t start = read_le64(entry);
            struct boot_range range = {start, time_add(start, read_le64(entry + 8))};
            bool is_usable = read_le32(entry + 16) == MEMORY_USABLE;

            if (is_usable && pass == 0)
                ranges_add(memory, range);
            if (!is_usable && pass == 1)
                ranges_remove(memory, range);
            entry += entry_size;
            left -= entry_size;
        }
    }
    out->low = *memory;
    ranges_remove(&out->low, (struct boot_range){0, PAGE_SIZE});
    ranges_remove(&out->low, (struct boot_range){BOOT_MEMORY_START, UINT64_MAX});
    ranges_to_pages(&out->low);
    ranges_remove(memory, (struct boot_range){0, BOOT_MEMORY_START});
    ranges_remove(memory, (struct boot_range){BOOT_MEMORY_END, UINT64_MAX});
    ranges_to_pages(memory);
}

static bool copy_name(struct tag_bytes tag, char *name)
{
    uint32_t length = 0;

    while (MODULE_NAME + length < tag.size && tag.bytes[MODULE_NAME + length] != 0) {
        if (length == SG_BOOT_NAME_MAX - 1)
            return false;
        name[length] = (char)tag.bytes[MODULE_NAME + length];
        length++;
    }
    for (uint32_t i = length; i < SG_BOOT_NAME_MAX; i++)
        name[i] = 0;
    return length != 0;
}

static enum multiboot2_result read_module(struct tag_bytes tag, struct multiboot2 *out)
{
    struct boot_file *file = &out->module[out->module_count];

    if (out->module_count == SG_BOOT_MODULES_MAX)
        return MULTIBOOT2_MANY_MODULES;
    if (tag.size < MODULE_NAME)
        return MULTIBOOT2_TRUNCATED;
    file->bytes = (struct boot_range){read_le32(tag.bytes + 8), read_le32(tag.bytes + 12)};
    if (file->bytes.start % PAGE_SIZE != 0 || file->bytes.start >= file->bytes.end ||
        file->bytes.start < PAGE_SIZE)
        return MULTIBOOT2_BAD_MODULE;
    for (uint32_t i = 0; i < out->module_count; i++) {
        if (range_overlaps(file->bytes, out->module[i].bytes))
            return MULTIBOOT2_BAD_MODULE;
    }
    if (!copy_name(tag, file->name))
        return MULTIBOOT2_BAD_NAME;
    out->module_count++;
    return MULTIBOOT2_OK;
}

static void read_rsdp(struct tag_bytes tag, struct multiboot2 *out)
{
    uint32_t size = tag.size - TAG_BYTES;

    if (size > MULTIBOOT2_RSDP_MAX)
        size = MULTIBOOT2_RSDP_MAX;
    if (size <= out->rsdp_size)
        return;
    __builtin_memcpy(out->rsdp, tag.bytes + TAG_BYTES, size);
    out->rsdp_size = size;
}

static enum multiboot2_result read_tag(uint32_t type, struct tag_bytes tag, struct multiboot2 *out)
{
    switch (type) {
    case TAG_MODULE:
        return read_module(tag, out);
    case TAG_MEMORY:
        read_memory(tag, out);
        return MULTIBOOT2_OK;
    case TAG_RSDP_OLD:
    case TAG_RSDP_NEW:
        read_rsdp(tag, out);
        return MULTIBOOT2_OK;
    default:
        return MULTIBOOT2_OK;
    }
}

enum multiboot2_result multiboot2_parse(const uint8_t *bytes, uint32_t size_bytes,
                                        struct multiboot2 *out)
{
    uint32_t offset = HEADER_BYTES;

    out->memory.count = 0;
    out->low.count = 0;
    out->module_count = 0;
    out->rsdp_size = 0;
    if (size_bytes < HEADER_BYTES || size_bytes > MULTIBOOT2_SIZE_MAX ||
        read_le32(bytes) != size_bytes)
        return MULTIBOOT2_BAD_SIZE;
    for (;;) {
        struct tag_bytes tag = {bytes + offset, 0};
        enum multiboot2_result result;
        uint32_t left = size_bytes - offset;
        uint32_t type;

        if (left < TAG_BYTES)
            return MULTIBOOT2_TRUNCATED;
        type = read_le32(tag.bytes);
        tag.size = read_le32(tag.bytes + 4);
        if (type == TAG_END)
            break;
        if (tag.size < TAG_BYTES || tag.size > left)
            return MULTIBOOT2_TRUNCATED;
        result = read_tag(type, tag, out);
        if (result != MULTIBOOT2_OK)
            return result;
        if (left - tag.size < (8 - tag.size % 8) % 8)
            return MULTIBOOT2_TRUNCATED;
        offset += tag.size + (8 - tag.size % 8) % 8;
    }
    if (out->module_count == 0)
        return MULTIBOOT2_NO_MODULES;
    return out->memory.count == 0 ? MULTIBOOT2_NO_MEMORY : MULTIBOOT2_OK;
}

const char *multiboot2_text(enum multiboot2_result result)
{
    static const char *const text[] = {
        [MULTIBOOT2_OK] = "boot information is good",
        [MULTIBOOT2_BAD_SIZE] = "boot information: its size is not what it says",
        [MULTIBOOT2_TRUNCATED] = "boot information: a tag goes past the end",
        [MULTIBOOT2_BAD_MODULE] =
            "boot module: found empty, unaligned or overlapping, expected whole pages of its own",
        [MULTIBOOT2_BAD_NAME] =
            "boot module: found no name or one over 23 bytes, expected its name as command line",
        [MULTIBOOT2_MANY_MODULES] = "boot modules: found more than 64",
        [MULTIBOOT2_NO_MODULES] = "boot modules: found none, expected init first",
        [MULTIBOOT2_NO_MEMORY] = "memory map: found no usable memory above 1 MiB",
    };

    return text[result];
}
