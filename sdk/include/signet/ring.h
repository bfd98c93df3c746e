/* SPDX-License-Identifier: BSD-2-Clause */
/* The user's side of the ring a thread shares with the kernel: a submission queue, a completion
   queue and an arena cut into buffers. Indices run free; only the masked index touches memory. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/ring.h"
#include "signet/status.h"

#define SG_BUFFER_UNIT 64u
#define SG_BUFFER_UNITS_MAX (SG_RING_PAGES_MAX * 4096u / SG_BUFFER_UNIT)

struct sg_ring {
    struct sg_ring_indices *indices;
    struct sg_submission *submission;
    struct sg_completion *completion;
    uint8_t *arena;
    uint32_t submission_count; /* powers of two */
    uint32_t completion_count;
    uint32_t arena_bytes;
    uint64_t used[SG_BUFFER_UNITS_MAX / 64]; /* one bit a unit of the arena */
};

struct sg_ring_geometry {
    uint32_t submissions, completions, pages;
};

/* Describes a mapped ring; SG_BAD_ARGUMENT when the geometry is none the kernel makes. */
SG_MUST_USE enum sg_status sg_ring_init(struct sg_ring *ring, void *address,
                                        struct sg_ring_geometry geometry);
/* The calling thread's ring. */
struct sg_ring *sg_own_ring(void);

/* Free places of the queue that follow each other, `count` at most, to be filled in whole before
   sg_ring_push: how many. There may be more where the queue begins again; 0 while it is full. */
static inline uint32_t sg_ring_places(const struct sg_ring *ring, uint32_t count,
                                      struct sg_submission **first)
{
    const struct sg_ring_indices *indices = ring->indices;
    uint32_t total = ring->submission_count;
    uint32_t tail = indices->submit_tail;
    uint32_t place = tail & (total - 1);
    uint32_t used = tail - __atomic_load_n(&indices->submit_head, __ATOMIC_ACQUIRE);
    uint32_t row = total - (used > place ? used : place);

    *first = &ring->submission[place];
    return row < count ? row : count;
}
/* Submits what was filled in there. */
static inline void sg_ring_push(const struct sg_ring *ring, uint32_t count)
{
    uint32_t *tail = &ring->indices->submit_tail;

    __atomic_store_n(tail, *tail + count, __ATOMIC_RELEASE);
}
/* The oldest completions, as far as they follow each other, which stay where they are until sg_ring_pop:
   how many. There may be more where the queue begins again; 0 when there is none. */
static inline uint32_t sg_ring_peek(const struct sg_ring *ring, const struct sg_completion **oldest)
{
    const struct sg_ring_indices *indices = ring->indices;
    uint32_t head = indices->complete_head;
    uint32_t place = head & (ring->completion_count - 1);
    uint32_t row = ring->completion_count - place;
    uint32_t unread = __atomic_load_n(&indices->complete_tail, __ATOMIC_ACQUIRE) - head;

    *oldest = &ring->completion[place];
    return unread < row ? unread : row;
}
/* Gives the places of that many back. */
static inline void sg_ring_pop(const struct sg_ring *ring, uint32_t count)
{
    uint32_t *head = &ring->indices->complete_head;

    __atomic_store_n(head, *head + count, __ATOMIC_RELEASE);
}

/* Puts one entry into the queue, entering the kernel if it is full; SG_LIMIT if it stays full. */
SG_MUST_USE enum sg_status sg_ring_submit(struct sg_ring *ring,
                                          const struct sg_submission *submission);
/* How many submissions the kernel has not taken yet. */
uint32_t sg_ring_pending(const struct sg_ring *ring);
/* Hands what is pending to the kernel and waits for `wait` unread completions. */
SG_MUST_USE enum sg_status sg_ring_enter(struct sg_ring *ring, uint32_t wait, uint64_t deadline_ns);
/* Takes the oldest completion; SG_NOT_FOUND when there is none. */
SG_MUST_USE enum sg_status sg_ring_next(struct sg_ring *ring, struct sg_completion *completion);

/* Cancels the operation of that user_data: true when it was still in the queue, and will complete as
   if it had been a NOP; otherwise the kernel was told, and what it knew of it completes. */
bool sg_ring_cancel(struct sg_ring *ring, uint64_t user_data);

/* Takes `bytes` of the arena; SG_LIMIT when no run of that size is free. */
SG_MUST_USE enum sg_status sg_ring_buffer(struct sg_ring *ring, uint32_t bytes, uint32_t *offset,
                                          void **pointer);
/* Gives the buffer of `bytes` at `offset` back. */
void sg_ring_buffer_free(struct sg_ring *ring, uint32_t offset, uint32_t bytes);
/* Where an arena offset is. */
static inline void *sg_ring_at(const struct sg_ring *ring, uint32_t offset)
{
    return ring->arena + offset;
}
