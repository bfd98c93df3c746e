/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls and returns, followed as they are executed: where each call of a stack returns to. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 128u
#define KERNEL_HALF (UINT64_C(1) << 63)

enum block_end { END_OTHER, END_CALL, END_RETURN };

struct stack {
    uint64_t thread;
    uint32_t depth;
    uint64_t back[DEPTH_MAX]; /* where calls return to, outermost first */
};

static inline void *must(void *allocated)
{
    if (allocated == NULL) {
        fprintf(stderr, "plugin: found no memory left\n");
        exit(1);
    }
    return allocated;
}

static inline int is_kernel(uint64_t address)
{
    return (address & KERNEL_HALF) != 0;
}

/* Whether the last instruction of a block calls or returns, past its prefixes. */
static inline enum block_end end_of(const uint8_t *code, size_t size)
{
    while (size > 1 && (*code >> 4 == 4 || *code == 0x66 || *code == 0x3e || *code == 0xf2)) {
        code++;
        size--;
    }
    if (*code == 0xe8 || (*code == 0xff && size > 1 && (code[1] >> 3 & 7) == 2))
        return END_CALL;
    return *code == 0xc3 || *code == 0xc2 ? END_RETURN : END_OTHER;
}

static inline void push(struct stack *stack, uint64_t address)
{
    if (stack->depth == DEPTH_MAX) { /* what is outermost is forgotten */
        memmove(stack->back, stack->back + 1, (DEPTH_MAX - 1) * sizeof(stack->back[0]));
        stack->depth--;
    }
    stack->back[stack->depth++] = address;
}

/* Back to the caller that expects to go on at an address; a return to nobody's is a jump. */
static inline void pop(struct stack *stack, uint64_t address)
{
    for (uint32_t i = stack->depth; i > 0; i--) {
        if (stack->back[i - 1] == address) {
            stack->depth = i - 1;
            return;
        }
    }
}
