/* SPDX-License-Identifier: BSD-2-Clause */
#include "some.h"

#include "object/cspace_object.h"

static uint64_t random_state;

void random_start(uint64_t seed)
{
    random_state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
}

uint32_t pick(uint32_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)((random_state >> 20) % below);
}

bool once_in(uint32_t times)
{
    return pick(times) == 0;
}

uint64_t odd_word(void)
{
    static const uint64_t odd[] = {
        0,
        1,
        2,
        3,
        7,
        8,
        63,
        64,
        255,
        256,
        4095,
        4096,
        4097,
        0x10000,
        0x7fffffff,
        0x80000000,
        0xfffffffe,
        0xffffffff,
        0xfffff000,
        0x10000000,
        0x10001000,
        0x7fffffffe000,
        0x7ffffffff000,
        0x800000000000,
        UINT64_C(1) << 32,
        UINT64_C(0xffffffff00000001),
        UINT64_MAX,
        UINT64_MAX - 1,
        UINT64_MAX - 4095,
    };

    return once_in(3) ? odd[pick(sizeof(odd) / sizeof(odd[0]))] : pick(24);
}

static uint64_t slot_handle(const struct cspace *cspace, uint32_t index)
{
    return (uint64_t)cspace->slot[index].generation << 32 | index;
}

uint64_t some_handle(const struct thread *thread)
{
    const struct cspace *cspace = thread_cspace(thread);
    uint64_t handle = slot_handle(cspace, pick(cspace->slot_count));

    if (once_in(20))
        return handle - (UINT64_C(1) << 32);
    return once_in(20) ? odd_word() << 32 | odd_word() : handle;
}

uint64_t some_handle_of(const struct thread *thread, uint8_t type)
{
    const struct cspace *cspace = thread_cspace(thread);
    uint32_t start = pick(cspace->slot_count);

    for (uint32_t i = 0; i < cspace->slot_count; i++) {
        uint32_t index = (start + i) % cspace->slot_count;

        if (cspace->slot[index].type == type)
            return slot_handle(cspace, index);
    }
    return some_handle(thread);
}

uint32_t some_token(const struct thread *thread)
{
    const struct pool *records = &thread->ring->records;

    if (thread->held.state == OP_HELD && !once_in(8))
        return op_register_token(&thread->held);
    for (uint32_t i = records->free_count; i < records->count; i++) {
        const struct op *op = &thread->ring->record[records->order[i]];

        if (op->state == OP_HELD && !once_in(3))
            return op_token(op);
    }
    return once_in(4) ? (uint32_t)odd_word() : 0;
}

uint64_t some_deadline(void)
{
    if (!once_in(4))
        return SG_FOREVER;
    return once_in(5) ? odd_word() : host.now_ns + pick(30000);
}

/* Offsets near both ends of the arena, lengths that fit or nearly do. */
static uint32_t some_offset(const struct thread *thread)
{
    uint32_t size = thread->ring->arena_size;

    return once_in(12) ? (uint32_t)odd_word() : 8 * pick(size / 8) + (once_in(8) ? pick(8) : 0);
}

struct sg_message some_message(const struct thread *thread)
{
    struct sg_message message = {
        .send_offset = some_offset(thread),
        .send_length = once_in(12) ? (uint32_t)odd_word() : pick(80),
        .receive_offset = some_offset(thread),
        .receive_length = once_in(12) ? (uint32_t)odd_word() : 48 + pick(160),
        .caps_offset = some_offset(thread),
        .caps_count = once_in(3) ? pick(once_in(6) ? 12 : 4) : 0,
        .receive_caps_offset = some_offset(thread),
        .receive_caps_count = pick(once_in(6) ? 12 : 9),
        .reserved = once_in(60) ? odd_word() : 0,
    };

    return message;
}

void some_list(const struct thread *thread, const struct sg_message *message)
{
    for (uint32_t i = 0; i < message->caps_count && i < SG_MESSAGE_CAPS_MAX; i++) {
        struct sg_handle name = sg_handle_from_word(some_handle(thread));
        struct sg_cap_transfer item = {name.index, name.generation,
                                       once_in(3) ? odd_word() : SG_RIGHTS_ALL,
                                       once_in(20) ? 7 : pick(3), once_in(40) ? 1 : 0};
        uint64_t offset = message->caps_offset + i * sizeof(item);

        if (offset + sizeof(item) <= thread->ring->arena_size)
            memcpy(thread->ring->arena + offset, &item, sizeof(item));
    }
}
