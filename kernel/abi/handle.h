/* SPDX-License-Identifier: BSD-2-Clause */
/* A handle names a slot of a cspace and the generation in which the capability was put there, so a
   stale handle never resolves. Generations start at 1: {0, 0} is never a slot; as a target it
   names the calling thread itself, for SG_THREAD_EXIT, _YIELD and _SET_TLS only. */
#pragma once

#include <stdint.h>

struct sg_handle {
    uint32_t index;
    uint32_t generation;
};

#define SG_HANDLE_NONE ((struct sg_handle){0, 0})

/* The register form: index in the low half, generation in the high half. */
static inline uint64_t sg_handle_word(struct sg_handle handle)
{
    return (uint64_t)handle.generation << 32 | handle.index;
}

/*@ assigns \nothing;
    ensures \result.index == word % 0x100000000 && \result.generation == word / 0x100000000;
*/
static inline struct sg_handle sg_handle_from_word(uint64_t word)
{
    return (struct sg_handle){(uint32_t)(word % UINT64_C(0x100000000)),
                              (uint32_t)(word / UINT64_C(0x100000000))};
}

_Static_assert(sizeof(struct sg_handle) == 8, "ABI");
