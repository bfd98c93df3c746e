/* SPDX-License-Identifier: BSD-2-Clause */
#include "elf/layout.h"

uint32_t sg_elf_frames(const struct sg_elf_program *program)
{
    uint32_t frames = 0;

    for (uint32_t i = 0; i < program->image.segment_count; i++)
        frames +=
            sg_object_frames(SG_TYPE_MEMORY, segment_page_count(&program->image.segment[i]), 0, 0);
    return frames;
}

uint64_t sg_elf_end(const struct sg_elf_program *program)
{
    return segment_pages_end(&program->image.segment[program->image.segment_count - 1]) *
           SG_PAGE_SIZE;
}
