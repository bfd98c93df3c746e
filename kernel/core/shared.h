/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory shared with an adversary. A load yields any value whatever and is made once; the prover sees
   contracts that say no more, the compiler atomics. The only header with two faces. */
#pragma once

#include "abi/ring.h"
#include "core/base.h"

#ifdef __FRAMAC__

/*@ requires \valid_read(source);
    assigns \nothing;
*/
uint32_t shared_load(const uint32_t *source);

/*@ requires \valid(target);
    assigns *target;
*/
void shared_store(uint32_t *target, uint32_t value);

/*@ requires \valid_read(source + (0 .. 3));
    assigns \nothing;
*/
uint32_t shared_load_bytes(const uint8_t *source);

/*@ requires \valid(target + (0 .. 3));
    assigns target[0 .. 3];
*/
void shared_store_bytes(uint8_t *target, uint32_t value);

/*@ requires \valid(shared) && \valid_read(entry) && \separated(entry, shared);
    assigns *shared;
*/
void shared_post(struct sg_completion *shared, const struct sg_completion *entry);

/*@ assigns \nothing; */
void shared_fence(void);

#else

/* A word of a struct, whatever the type of its fields. */
typedef uint64_t __attribute__((may_alias)) shared_word;

/* Reads an index the other side writes; what it published before is visible after. */
static inline uint32_t shared_load(const uint32_t *source)
{
    return __atomic_load_n(source, __ATOMIC_ACQUIRE);
}

/* Publishes an index and everything written before it. */
static inline void shared_store(uint32_t *target, uint32_t value)
{
    __atomic_store_n(target, value, __ATOMIC_RELEASE);
}

/* The same of four aligned bytes. */
static inline uint32_t shared_load_bytes(const uint8_t *source)
{
    return shared_load((const uint32_t *)source);
}

static inline void shared_store_bytes(uint8_t *target, uint32_t value)
{
    shared_store((uint32_t *)target, value);
}

/* What was stored before is visible before anything after is loaded. */
static inline void shared_fence(void)
{
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* Copies words [first, end) of a submission out of shared memory, each read once. */
static inline void shared_fetch(void *to, const struct sg_submission *shared, uint32_t first,
                                uint32_t end)
{
    const shared_word *source = (const shared_word *)shared;
    shared_word *target = to;

    for (uint32_t i = first; i < end; i++)
        target[i - first] = __atomic_load_n(&source[i], __ATOMIC_RELAXED);
}

/* Copies a completion into shared memory. */
static inline void shared_post(struct sg_completion *shared, const struct sg_completion *entry)
{
    const shared_word *source = (const shared_word *)entry;
    shared_word *target = (shared_word *)shared;

    for (uint32_t i = 0; i < sizeof(*entry) / sizeof(*source); i++)
        __atomic_store_n(&target[i], source[i], __ATOMIC_RELAXED);
}

#endif
