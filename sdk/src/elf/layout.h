/* SPDX-License-Identifier: BSD-2-Clause */
/* The pages a segment of an accepted program covers. */
#pragma once

#include "signet/elf.h"

static inline uint64_t segment_first_page(const struct elf64_segment *segment)
{
    return segment->address / SG_PAGE_SIZE;
}

static inline uint64_t segment_pages_end(const struct elf64_segment *segment)
{
    return (segment->address + segment->memory_size + SG_PAGE_SIZE - 1) / SG_PAGE_SIZE;
}

static inline uint64_t segment_page_count(const struct elf64_segment *segment)
{
    return segment_pages_end(segment) - segment_first_page(segment);
}
