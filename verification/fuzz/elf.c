/* SPDX-License-Identifier: BSD-2-Clause */
/* An executable on its way into a process: the kernel's validator and the SDK's check and loader, over
   calls that this file answers. What is accepted must keep the validator's contract, and what is
   loaded must be the bytes of the file, zeros after them, and nothing else, mapped as the file says. */
#include "fuzz.h"

#include "elf/layout.h"
#include "signet/elf.h"
#include "signet/object.h"

#include <string.h>
#include <sys/mman.h>

#define MEMORIES_MAX ELF64_SEGMENTS_MAX

/* What a segment is loaded into; a handle's index is its place, its generation 1. */
struct memory {
    uint8_t *bytes;
    uint32_t pages;
    bool is_window; /* mapped for writing */
    uint64_t address;
    uint32_t mapped_pages;
    uint32_t permissions;
};

static struct memory memory[MEMORIES_MAX];
static uint32_t memory_count;

static struct memory *memory_of(struct sg_handle handle)
{
    FUZZ_EXPECT(handle.index < memory_count && handle.generation == 1,
                "expected one of %u memories, found handle %u", memory_count, handle.index);
    return &memory[handle.index];
}

enum sg_status sg_memory_create(struct sg_frames *frames, uint32_t pages, struct sg_handle *handle,
                                uint32_t *offset)
{
    size_t size = (size_t)(pages + 1) * SG_PAGE_SIZE;

    (void)frames;
    FUZZ_EXPECT(pages >= 1 && pages <= SG_MEMORY_PAGES_MAX && memory_count < MEMORIES_MAX,
                "a memory of %u pages, the %uth", pages, memory_count);
    uint8_t *bytes = mmap(NULL, size, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    FUZZ_EXPECT(bytes != MAP_FAILED, "no memory for %u pages", pages);
    FUZZ_EXPECT(mprotect(bytes + size - SG_PAGE_SIZE, SG_PAGE_SIZE, PROT_NONE) == 0,
                "no guard page");
    memory[memory_count] = (struct memory){.bytes = bytes, .pages = pages};
    *handle = (struct sg_handle){memory_count, 1};
    *offset = memory_count++;
    return SG_OK;
}

enum sg_status sg_map(struct sg_handle handle, uint32_t first_page, uint32_t page_count,
                      uint32_t permissions, void **address)
{
    struct memory *object = memory_of(handle);

    FUZZ_EXPECT(page_count >= 1 && page_count <= SG_MAP_PAGES_MAX && first_page < object->pages &&
                    page_count <= object->pages - first_page &&
                    permissions == (SG_MAP_READ | SG_MAP_WRITE) && !object->is_window,
                "a window of %u pages from %u in %u", page_count, first_page, object->pages);
    object->is_window = true;
    *address = object->bytes + (size_t)first_page * SG_PAGE_SIZE;
    return SG_OK;
}

enum sg_status sg_unmap(void *address)
{
    (void)address;
    memory[memory_count - 1].is_window = false;
    return SG_OK;
}

enum sg_status sg_aspace_map(struct sg_handle aspace, struct sg_handle handle, uint64_t address,
                             uint32_t first_page, uint32_t page_count, uint32_t permissions,
                             uint32_t *region)
{
    struct memory *object = memory_of(handle);

    (void)aspace;
    if (first_page == 0)
        object->address = address;
    FUZZ_EXPECT(first_page == object->mapped_pages && page_count <= SG_MAP_PAGES_MAX &&
                    page_count <= object->pages - first_page &&
                    address == object->address + (uint64_t)first_page * SG_PAGE_SIZE &&
                    !object->is_window,
                "mapped %u pages from %u of %u", page_count, first_page, object->pages);
    object->mapped_pages += page_count;
    object->permissions = permissions;
    *region = 0;
    return SG_OK;
}

enum sg_status sg_object_destroy(struct sg_frames *frames, struct sg_handle object, uint32_t offset,
                                 uint32_t count)
{
    (void)frames, (void)object, (void)offset, (void)count;
    fuzz_failed("the loader gave a memory back although nothing failed");
}

enum sg_status sg_release(struct sg_handle handle)
{
    (void)memory_of(handle);
    return SG_OK;
}

/* The contract of elf64_validate, once more and in other words. */
static void check_image(const struct elf64_image *image, uint64_t size)
{
    uint64_t end = SG_USER_BASE;
    bool has_entry = false;

    FUZZ_EXPECT(image->segment_count >= 1 && image->segment_count <= ELF64_SEGMENTS_MAX,
                "accepted %u segments", image->segment_count);
    for (uint32_t i = 0; i < image->segment_count; i++) {
        const struct elf64_segment *segment = &image->segment[i];

        FUZZ_EXPECT(segment->offset <= size && segment->file_size <= size - segment->offset &&
                        segment->file_size <= segment->memory_size && segment->memory_size != 0,
                    "segment %u is not in the file", i);
        FUZZ_EXPECT(segment->address >= end && segment->address < SG_USER_END &&
                        segment->memory_size <= SG_USER_END - segment->address,
                    "segment %u is not above the last, in the user half", i);
        FUZZ_EXPECT(!(segment->writable && segment->executable), "segment %u is W and X", i);
        end = segment_pages_end(segment) * SG_PAGE_SIZE;
        has_entry |= segment->executable && image->entry >= segment->address &&
                     image->entry - segment->address < segment->memory_size;
    }
    FUZZ_EXPECT(has_entry, "the entry point is in no code");
    FUZZ_EXPECT(image->note_offset <= size && image->note_size <= size - image->note_offset,
                "the notes are not in the file");
}

static void expect_zero(const uint8_t *bytes, uint64_t from, uint64_t to, uint32_t segment)
{
    for (uint64_t i = from; i < to; i++)
        FUZZ_EXPECT(bytes[i] == 0, "segment %u: byte %lu past the file's is not 0", segment,
                    (unsigned long)i);
}

static void check_loaded(const struct sg_elf_program *program, uint32_t number)
{
    const struct elf64_segment *segment = &program->image.segment[number];
    const struct memory *object = &memory[number];
    uint64_t before = segment->address % SG_PAGE_SIZE;
    uint32_t wanted = SG_MAP_READ | (segment->writable ? SG_MAP_WRITE : 0u) |
                      (segment->executable ? SG_MAP_EXECUTE : 0u);

    FUZZ_EXPECT(object->address == segment->address - before &&
                    object->mapped_pages == object->pages && object->permissions == wanted,
                "segment %u: mapped at %lx with permissions %u", number,
                (unsigned long)object->address, object->permissions);
    FUZZ_EXPECT(
        memcmp(object->bytes + before, program->file + segment->offset, segment->file_size) == 0,
        "segment %u: not the bytes of the file", number);
    expect_zero(object->bytes, 0, before, number);
    uint64_t end = before + segment->file_size;
    uint64_t page_end = (end + SG_PAGE_SIZE - 1) / SG_PAGE_SIZE * SG_PAGE_SIZE;
    expect_zero(object->bytes, end, page_end, number); /* pages after that were never touched */
}

static void load(const struct sg_elf_program *program)
{
    enum sg_status status = sg_elf_load(program, NULL, (struct sg_handle){0, 1});
    bool is_large = false;
    uint32_t frames = 0;

    for (uint32_t i = 0; i < program->image.segment_count; i++)
        is_large |= segment_page_count(&program->image.segment[i]) > SG_MEMORY_PAGES_MAX;
    FUZZ_EXPECT(status == (is_large ? SG_LIMIT : SG_OK), "loading ended with %d", status);
    for (uint32_t i = 0; i < memory_count; i++) {
        frames += 1 + memory[i].pages;
        check_loaded(program, i);
        munmap(memory[i].bytes, (size_t)(memory[i].pages + 1) * SG_PAGE_SIZE);
    }
    FUZZ_EXPECT(is_large || frames == sg_elf_frames(program), "took %u frames, said %u", frames,
                sg_elf_frames(program));
}

void fuzz_start(void)
{
}

void fuzz_one(const uint8_t *bytes, size_t size)
{
    uint8_t *file = fuzz_exact(bytes, size);
    struct sg_elf_program program;
    struct elf64_image image;
    bool is_valid = elf64_validate(file, size, &image) == ELF64_OK;
    bool is_accepted = sg_elf_check(file, size, &program) == SG_OK;

    memory_count = 0;
    if (is_valid)
        check_image(&image, size);
    FUZZ_EXPECT(is_valid || !is_accepted, "accepted what the validator refuses");
    FUZZ_EXPECT(is_accepted == (program.message[0] == 0), "a verdict and a message disagree");
    if (is_accepted)
        load(&program);
    fuzz_free(file);
}
