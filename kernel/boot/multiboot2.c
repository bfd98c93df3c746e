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

/* Leaves of a set what lies in whole pages of [start, end). */
/*@ requires \valid(ranges) && ranges_ok(ranges);
    assigns *ranges;
    ensures ranges_ok(ranges) && multiboot2_pages(ranges);
*/
static void keep_inside(struct boot_ranges *ranges, uint64_t start, uint64_t end)
{
    ranges_remove(ranges, (struct boot_range){0, start});
    ranges_remove(ranges, (struct boot_range){end, UINT64_MAX});
    ranges_to_pages(ranges);
}

/* Usable entries are added first, then all others taken out: where they overlap nothing is used. */
/*@ requires \valid_read(tag + (0 .. size - 1)) && size >= MEMORY_ENTRIES;
    requires entry_size >= MEMORY_ENTRY_MIN;
    requires \valid(memory) && ranges_ok(memory);
    requires \separated(tag + (0 .. size - 1), memory);
    assigns *memory;
    ensures ranges_ok(memory);
*/
static void read_entries(const uint8_t *tag, uint32_t size, uint32_t entry_size,
                         struct boot_ranges *memory)
{
    /*@ loop invariant 0 <= pass <= 2 && ranges_ok(memory);
        loop assigns pass, *memory;
        loop variant 2 - pass;
    */
    for (uint32_t pass = 0; pass < 2; pass++) {
        /*@ loop invariant MEMORY_ENTRIES <= at <= size && ranges_ok(memory);
            loop assigns at, *memory;
            loop variant size - at;
        */
        for (uint32_t at = MEMORY_ENTRIES; size - at >= entry_size; at += entry_size) {
            uint64_t start = read_le64(tag + at);
            struct boot_range range = {start, time_add(start, read_le64(tag + at + 8))};
            bool is_usable = read_le32(tag + at + 16) == MEMORY_USABLE;

            if (is_usable && pass == 0)
                ranges_add(memory, range);
            if (!is_usable && pass == 1)
                ranges_remove(memory, range);
        }
    }
}

/*@ requires \valid_read(tag + (0 .. size - 1)) && size >= TAG_BYTES;
    requires \valid(memory) && ranges_ok(memory) && \valid(low) && ranges_ok(low);
    requires \separated(tag + (0 .. size - 1), memory, low);
    requires multiboot2_pages(memory) && multiboot2_pages(low);
    assigns *memory, *low;
    ensures ranges_ok(memory) && ranges_ok(low);
    ensures multiboot2_pages(memory) && multiboot2_pages(low);
*/
static void read_memory(const uint8_t *tag, uint32_t size, struct boot_ranges *memory,
                        struct boot_ranges *low)
{
    uint32_t entry_size = size >= MEMORY_ENTRIES ? read_le32(tag + 8) : 0;

    if (entry_size < MEMORY_ENTRY_MIN)
        return;
    read_entries(tag, size, entry_size, memory);
    low->count = memory->count;
    /*@ loop invariant 0 <= i <= memory->count;
        loop invariant \forall integer k; 0 <= k < i ==> low->range[k].start < low->range[k].end;
        loop assigns i, low->range[0 .. BOOT_RANGES_MAX - 1];
        loop variant memory->count - i;
    */
    for (uint32_t i = 0; i < memory->count; i++)
        low->range[i] = memory->range[i];
    keep_inside(low, PAGE_SIZE, BOOT_MEMORY_START);
    keep_inside(memory, BOOT_MEMORY_START, BOOT_MEMORY_END);
}

/*@ requires \valid_read(tag + (0 .. size - 1)) && size >= MODULE_NAME;
    requires \valid(name + (0 .. SG_BOOT_NAME_MAX - 1));
    requires \separated(tag + (0 .. size - 1), name + (0 .. SG_BOOT_NAME_MAX - 1));
    assigns name[0 .. SG_BOOT_NAME_MAX - 1];
    ensures \result != 0 ==> name[0] != 0 && name[SG_BOOT_NAME_MAX - 1] == 0;
*/
static bool copy_name(const uint8_t *tag, uint32_t size, char *name)
{
    uint32_t length = 0;

    /*@ loop invariant 0 <= length < SG_BOOT_NAME_MAX && MODULE_NAME + length <= size;
        loop invariant length > 0 ==> name[0] != 0;
        loop assigns length, name[0 .. SG_BOOT_NAME_MAX - 1];
        loop variant size - length;
    */
    while (MODULE_NAME + length < size && tag[MODULE_NAME + length] != 0) {
        int byte = tag[MODULE_NAME + length];

        if (length == SG_BOOT_NAME_MAX - 1)
            return false;
        name[length] = (char)(byte < 128 ? byte : byte - 256);
        length++;
    }
    /*@ loop invariant length <= i <= SG_BOOT_NAME_MAX;
        loop invariant length > 0 ==> name[0] != 0;
        loop invariant \forall integer k; length <= k < i ==> name[k] == 0;
        loop assigns i, name[0 .. SG_BOOT_NAME_MAX - 1];
        loop variant SG_BOOT_NAME_MAX - i;
    */
    for (uint32_t i = length; i < SG_BOOT_NAME_MAX; i++)
        name[i] = 0;
    return length != 0;
}

/*@ requires \valid_read(tag + (0 .. size - 1)) && size >= TAG_BYTES;
    requires \valid(out) && \separated(tag + (0 .. size - 1), out);
    requires multiboot2_modules_ok(out) && multiboot2_names_ok(out) && multiboot2_apart(out);
    assigns out->module[0 .. SG_BOOT_MODULES_MAX - 1], out->module_count;
    ensures multiboot2_modules_ok(out) && multiboot2_names_ok(out) && multiboot2_apart(out);
    ensures \result <= MULTIBOOT2_NO_MEMORY;
*/
static enum multiboot2_result read_module(const uint8_t *tag, uint32_t size, struct multiboot2 *out)
{
    if (out->module_count == SG_BOOT_MODULES_MAX)
        return MULTIBOOT2_MANY_MODULES;
    if (size < MODULE_NAME)
        return MULTIBOOT2_TRUNCATED;
    struct boot_file *file = &out->module[out->module_count];
    file->bytes = (struct boot_range){read_le32(tag + 8), read_le32(tag + 12)};
    if (file->bytes.start % PAGE_SIZE != 0 || file->bytes.start >= file->bytes.end ||
        file->bytes.start < PAGE_SIZE)
        return MULTIBOOT2_BAD_MODULE;
    /*@ loop invariant 0 <= i <= out->module_count;
        loop invariant \forall integer k; 0 <= k < i ==>
          !overlap(file->bytes.start, file->bytes.end, out->module[k].bytes.start,
                   out->module[k].bytes.end);
        loop assigns i;
        loop variant out->module_count - i;
    */
    for (uint32_t i = 0; i < out->module_count; i++)
        if (range_overlaps(file->bytes, out->module[i].bytes))
            return MULTIBOOT2_BAD_MODULE;
    if (!copy_name(tag, size, file->name))
        return MULTIBOOT2_BAD_NAME;
    out->module_count++;
    return MULTIBOOT2_OK;
}

/* Keeps the longest root pointer, of the newest what the kernel knows of it. */
/*@ requires \valid_read(tag + (0 .. size - 1)) && size >= TAG_BYTES;
    requires \valid(out) && \separated(tag + (0 .. size - 1), out);
    requires out->rsdp_size <= MULTIBOOT2_RSDP_MAX;
    assigns out->rsdp[0 .. MULTIBOOT2_RSDP_MAX - 1], out->rsdp_size;
    behavior keeps:
      assumes size - TAG_BYTES <= out->rsdp_size || out->rsdp_size == MULTIBOOT2_RSDP_MAX;
      ensures MULTIBOOT2_RSDP_KEPT(out);
    behavior replaces:
      assumes size - TAG_BYTES > out->rsdp_size && out->rsdp_size < MULTIBOOT2_RSDP_MAX;
      ensures out->rsdp_size == \min(size - TAG_BYTES, MULTIBOOT2_RSDP_MAX);
      ensures MULTIBOOT2_RSDP_AT(out, tag, TAG_BYTES);
    complete behaviors;
    disjoint behaviors;
*/
static void read_rsdp(const uint8_t *tag, uint32_t size, struct multiboot2 *out)
{
    uint32_t length = size - TAG_BYTES;

    if (length > MULTIBOOT2_RSDP_MAX)
        length = MULTIBOOT2_RSDP_MAX;
    if (length <= out->rsdp_size)
        return;
    /*@ loop invariant 0 <= i <= length;
        loop invariant \forall integer k; 0 <= k < i ==> out->rsdp[k] == tag[TAG_BYTES + k];
        loop assigns i, out->rsdp[0 .. MULTIBOOT2_RSDP_MAX - 1];
        loop variant length - i;
    */
    for (uint32_t i = 0; i < length; i++)
        out->rsdp[i] = tag[TAG_BYTES + i];
    out->rsdp_size = length;
}

/*@ requires \valid_read(tag + (0 .. size - 1)) && size >= TAG_BYTES;
    requires \valid(out) && \separated(tag + (0 .. size - 1), out);
    requires MULTIBOOT2_SOUND(out);
    assigns *out;
    ensures MULTIBOOT2_SOUND(out);
    ensures \result <= MULTIBOOT2_NO_MEMORY;
    ensures kept: out->rsdp_size <= \old(out->rsdp_size) ==> MULTIBOOT2_RSDP_KEPT(out);
    ensures new: out->rsdp_size > \old(out->rsdp_size) ==>
      MULTIBOOT2_RSDP_AT(out, tag, TAG_BYTES) && out->rsdp_size <= size - TAG_BYTES;
*/
static enum multiboot2_result read_tag(const uint8_t *tag, uint32_t size, struct multiboot2 *out)
{
    switch (read_le32(tag)) {
    case TAG_MODULE:
        return read_module(tag, size, out);
    case TAG_MEMORY:
        read_memory(tag, size, &out->memory, &out->low);
        return MULTIBOOT2_OK;
    case TAG_RSDP_OLD:
    case TAG_RSDP_NEW:
        read_rsdp(tag, size, out);
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
    //@ ghost uint32_t found = 0;
    /*@ loop invariant HEADER_BYTES <= offset <= size_bytes && MULTIBOOT2_SOUND(out);
        loop invariant out->rsdp_size == 0 || found + out->rsdp_size <= size_bytes &&
          multiboot2_rsdp_at(out, bytes, found);
        loop assigns offset, *out, found;
        loop variant size_bytes - offset;
    */
    for (;;) {
        enum multiboot2_result result;
        uint32_t left = size_bytes - offset;

        if (left < TAG_BYTES)
            return MULTIBOOT2_TRUNCATED;
        if (read_le32(bytes + offset) == TAG_END)
            break;
        uint32_t size = read_le32(bytes + offset + 4);
        if (size < TAG_BYTES || size > left)
            return MULTIBOOT2_TRUNCATED;
        //@ ghost uint32_t before = out->rsdp_size;
        result = read_tag(bytes + offset, size, out);
        /*@ assert read: \forall integer i; 0 <= i < size_bytes ==>
              bytes[i] == \at(bytes[i], LoopCurrent);
        */
        /*@ assert kept: 0 < out->rsdp_size <= before ==>
              multiboot2_rsdp_at(out, bytes, found);
        */
        /*@ assert new: out->rsdp_size > before ==>
              multiboot2_rsdp_at(out, bytes, offset + TAG_BYTES);
        */
        //@ ghost found = out->rsdp_size > before ? offset + TAG_BYTES : found;
        /*@ assert copied: out->rsdp_size == 0 || found + out->rsdp_size <= size_bytes &&
              multiboot2_rsdp_at(out, bytes, found);
        */
        if (result != MULTIBOOT2_OK)
            return result;
        if (left - size < (8 - size % 8) % 8)
            return MULTIBOOT2_TRUNCATED;
        offset += size + (8 - size % 8) % 8;
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
