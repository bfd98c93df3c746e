/* SPDX-License-Identifier: BSD-2-Clause */
#include "choose.h"

#include "object/cspace_object.h"

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

    if (!once_in(3))
        return pick(24);
    if (once_in(4))
        return (uint64_t)pick(UINT32_MAX) << 32 | pick(UINT32_MAX);
    return odd[pick(sizeof(odd) / sizeof(odd[0]))];
}

static uint64_t slot_handle(const struct cspace *cspace, uint32_t index)
{
    return (uint64_t)cspace->slot[index].generation << 32 | index;
}

/* A handle of any capability; sometimes one that is stale or never was. */
static uint64_t any(const struct thread *thread)
{
    const struct cspace *cspace = thread_cspace(thread);
    uint32_t index = pick(cspace->slot_count);

    for (uint32_t i = 0; i < cspace->slot_count && cspace->slot[index].type == SLOT_EMPTY; i++)
        index = (index + 1) % cspace->slot_count;
    uint64_t handle = slot_handle(cspace, index);

    if (once_in(20))
        return handle - (UINT64_C(1) << 32);
    return once_in(20) ? odd_word() << 32 | odd_word() : handle;
}

uint64_t find(const struct thread *thread, uint8_t type)
{
    const struct cspace *cspace = thread_cspace(thread);
    uint32_t start = pick(cspace->slot_count);

    for (uint32_t i = 0; i < cspace->slot_count; i++) {
        uint32_t index = (start + i) % cspace->slot_count;

        if (cspace->slot[index].type == type)
            return slot_handle(cspace, index);
    }
    return any(thread);
}

uint32_t find_token(const struct thread *thread)
{
    const struct pool *records = &thread->ring->records;

    if (thread->held.state == OP_HELD && !once_in(8))
        return op_token(&thread->held);
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

void write_list(const struct thread *thread, const struct sg_message *message)
{
    for (uint32_t i = 0; i < message->caps_count && i < SG_MESSAGE_CAPS_MAX; i++) {
        struct sg_handle name = sg_handle_from_word(any(thread));
        struct sg_cap_transfer item = {name.index, name.generation,
                                       once_in(3) ? odd_word() : SG_RIGHTS_ALL,
                                       once_in(20) ? 7 : pick(3), once_in(40) ? 1 : 0};
        uint64_t offset = message->caps_offset + i * sizeof(item);

        if (offset + sizeof(item) <= thread->ring->arena_size)
            memcpy(thread->ring->arena + offset, &item, sizeof(item));
    }
}

static void choose_create(const struct thread *thread, struct choice *choice)
{
    static const uint8_t types[] = {
        SG_TYPE_CSPACE, SG_TYPE_MEMORY,   SG_TYPE_ASPACE,       SG_TYPE_THREAD, SG_TYPE_SCHED,
        SG_TYPE_RING,   SG_TYPE_ENDPOINT, SG_TYPE_NOTIFICATION, SG_TYPE_IRQ,    SG_TYPE_IOPORT};
    uint64_t mask = once_in(4) ? pick(512) : (UINT64_C(1) << SG_OP_COUNT) - 1;
    uint64_t *argument = choice->argument;

    argument[0] = types[pick(sizeof(types))];
    argument[1] = once_in(20) ? odd_word() : 1 + pick(180);
    argument[2] = once_in(8) ? odd_word() : 4;
    if (argument[1] % 16 == 0 &&
        argument[2] == 4) /* so many that their frames are claimed in steps */
        argument[2] = 65 + argument[1] % 64;
    argument[3] = once_in(8) ? odd_word() : 4u << pick(2);
    argument[4] = once_in(8) ? odd_word() : (1 + pick(3)) | mask << 32;
    if (argument[0] == SG_TYPE_IOPORT)
        argument[2] = find(thread, SG_TYPE_IOPORT);
}

static void choose_untyped(const struct thread *thread, struct choice *choice)
{
    choice->method = once_in(2) ? SG_UNTYPED_CREATE : (uint16_t)(1 + pick(2));
    if (choice->method == SG_UNTYPED_CREATE) {
        choose_create(thread, choice);
        return;
    }
    choice->argument[0] =
        choice->method == SG_UNTYPED_SPLIT ? 1 + pick(180) : find(thread, SG_TYPE_UNTYPED);
    choice->argument[1] = once_in(6) ? odd_word() : pick(40);
}

static void choose_map(const struct thread *thread, struct choice *choice)
{
    uint64_t *argument = choice->argument;

    choice->method = once_in(3) ? SG_ASPACE_UNMAP : SG_ASPACE_MAP;
    if (choice->method == SG_ASPACE_UNMAP) {
        argument[0] = once_in(10) ? odd_word() : pick(8);
        return;
    }
    argument[0] = find(thread, once_in(3) ? SG_TYPE_RING : SG_TYPE_MEMORY);
    argument[1] = once_in(10)
                      ? odd_word()
                      : STRESS_ADDRESS + pick(6) * PAGE_SIZE + (uint64_t)pick(3) * 0x40000000;
    argument[2] = once_in(10) ? odd_word() : pick(2) | (uint64_t)(1 + pick(2)) << 32;
    argument[3] = once_in(10) ? odd_word() : 1 + pick(2) * 2;
}

static void choose_thread(const struct thread *thread, struct choice *choice)
{
    uint64_t *argument = choice->argument;

    choice->method = (uint16_t)pick(6);
    if (choice->method == SG_THREAD_BIND) {
        argument[0] = find(thread, SG_TYPE_ASPACE);
        argument[1] = find(thread, SG_TYPE_CSPACE);
        argument[2] = find(thread, SG_TYPE_RING);
        argument[3] = find(thread, SG_TYPE_SCHED);
        argument[4] = once_in(3) ? 0 : find(thread, SG_TYPE_CLIENT);
    } else if (choice->method == SG_THREAD_START) {
        argument[0] = once_in(10) ? odd_word() : 0x400000;
        argument[1] = once_in(10) ? odd_word() : 0;
        argument[3] = once_in(10) ? odd_word() : 0;
    }
}

static void choose_generic(const struct thread *thread, struct choice *choice)
{
    static const uint16_t methods[] = {SG_COPY,  SG_COPY, SG_MOVE,   SG_LEASE,
                                       SG_LEASE, SG_INFO, SG_RELEASE};

    choice->handle = any(thread);
    choice->method = methods[pick(sizeof(methods) / sizeof(methods[0]))];
    choice->argument[0] = once_in(4) ? odd_word() : SG_RIGHTS_ALL;
    choice->argument[1] =
        find(thread, choice->method == SG_LEASE ? SG_TYPE_UNTYPED : SG_TYPE_CSPACE);
    choice->argument[2] = 1 + pick(180);
    if (choice->method != SG_LEASE && once_in(2))
        choice->argument[1] = 0;
    if (choice->method == SG_INFO)
        choice->argument[0] = pick(14);
    if (once_in(15))
        choice->method = SG_DESTROY;
}

/* A call of an object, with arguments that suit its type. */
static void choose_object(const struct thread *thread, struct choice *choice)
{
    uint8_t type = (uint8_t)(1 + pick(SG_TYPE_COUNT - 1));

    choice->handle = find(thread, type);
    for (uint32_t i = 0; i < 5; i++)
        choice->argument[i] = odd_word();
    switch (type) {
    case SG_TYPE_UNTYPED:
        choose_untyped(thread, choice);
        break;
    case SG_TYPE_ASPACE:
        choose_map(thread, choice);
        break;
    case SG_TYPE_THREAD:
        choose_thread(thread, choice);
        break;
    case SG_TYPE_CSPACE:
        choice->method = (uint16_t)(1 + pick(2));
        choice->argument[0] = once_in(2) ? any(thread) : pick(140);
        break;
    case SG_TYPE_SCHED:
        choice->argument[0] = once_in(20) ? odd_word() : SG_CLASS_NORMAL;
        choice->argument[1] = once_in(20) ? odd_word() : 90;
        break;
    case SG_TYPE_ENDPOINT:
        choice->method = SG_ENDPOINT_MINT;
        choice->argument[1] = SG_RIGHTS_ALL;
        break;
    default:
        choice->method = (uint16_t)pick(3);
        break;
    }
    if (once_in(5))
        choose_generic(thread, choice);
    if (once_in(30))
        choice->handle = any(thread);
    if (once_in(60))
        choice->handle = 0;
}

struct choice choose(const struct thread *thread)
{
    struct choice choice = {.opcode = SG_OP_CALL};

    switch (pick(16)) {
    case 0 ... 3:
        choice.opcode = SG_OP_RECV;
        choice.handle = find(thread, SG_TYPE_ENDPOINT);
        choice.has_message = true;
        break;
    case 4 ... 7:
        choice.handle = find(thread, SG_TYPE_CLIENT);
        choice.method = (uint16_t)pick(3);
        choice.has_message = true;
        break;
    case 8 ... 10:
        choice.opcode = SG_OP_REPLY;
        choice.handle = find(thread, SG_TYPE_ENDPOINT);
        choice.method = (uint16_t)pick(2);
        choice.has_message = true;
        break;
    case 11:
        choice.opcode = once_in(2) ? SG_OP_WAIT : SG_OP_WAKE;
        choice.handle = find(thread, SG_TYPE_MEMORY);
        choice.argument[0] = once_in(8) ? odd_word() : 4 * pick(2);
        choice.argument[1] = pick(2);
        break;
    case 12:
        choice.opcode = SG_OP_CANCEL;
        choice.argument[0] = pick(6);
        break;
    case 13:
        choice.handle = find(thread, once_in(2) ? SG_TYPE_NOTIFICATION : SG_TYPE_IRQ);
        choice.method = (uint16_t)pick(2);
        break;
    default:
        choose_object(thread, &choice);
        break;
    }
    if (once_in(60))
        choice.opcode = (uint8_t)pick(10);
    return choice;
}
