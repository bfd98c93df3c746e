/* SPDX-License-Identifier: BSD-2-Clause */
#include "choice.h"

static uint64_t state_of_random;

void random_start(uint64_t seed)
{
    state_of_random = seed * UINT64_C(0x9e3779b97f4a7c15);
}

uint32_t pick(uint32_t below)
{
    state_of_random ^= state_of_random << 13;
    state_of_random ^= state_of_random >> 7;
    state_of_random ^= state_of_random << 17;
    return (uint32_t)((state_of_random >> 24) % below);
}

uint64_t number(void)
{
    static const uint64_t special[] = {
        0,
        1,
        2,
        4,
        8,
        63,
        64,
        255,
        256,
        4095,
        4096,
        4097,
        0x10000,
        0x400000,
        0x7fffffff,
        0x80000000,
        0xffffffff,
        100,
        0x10000000,
        0x10001000,
        UINT64_C(1) << 32,
        UINT64_MAX,
        UINT64_MAX - 4095,
    };

    return pick(3) != 0 ? pick(12) : special[pick(sizeof(special) / sizeof(special[0]))];
}

/* A handle that is often good: any slot of the thread's cspace, seldom rubbish. */
static uint64_t handle_of(const struct thread *thread)
{
    const struct cspace *cspace = thread_cspace(thread);
    uint32_t index = pick(cspace->slot_count < 40 ? cspace->slot_count : 40);

    if (pick(20) == 0)
        return number() << 32 | number();
    return (uint64_t)cspace->slot[index].generation << 32 | index;
}

static uint64_t argument_of(const struct thread *thread)
{
    return pick(3) == 0 ? handle_of(thread) : number();
}

struct sg_message random_message(void)
{
    return (struct sg_message){.send_offset = pick(8) * 8,
                               .send_length = pick(10) == 0 ? (uint32_t)number() : pick(70),
                               .receive_offset = 4096 + pick(3),
                               .receive_length = pick(4) == 0 ? (uint32_t)number() : 200,
                               .caps_offset = 1024,
                               .caps_count = pick(4) == 0 ? pick(4) : 0,
                               .receive_caps_offset = 2048,
                               .receive_caps_count = pick(3) == 0 ? (uint32_t)pick(9) : 4};
}

void write_caps(struct thread *thread)
{
    for (uint32_t i = 0; i < 4; i++) {
        struct sg_handle name = sg_handle_from_word(handle_of(thread));
        struct sg_cap_transfer item = {name.index, name.generation, SG_RIGHTS_ALL, pick(3), 0};

        memcpy(user_arena(thread) + 1024 + i * sizeof(item), &item, sizeof(item));
    }
}

static uint8_t random_opcode(void)
{
    static const uint8_t likely[] = {SG_OP_CALL,  SG_OP_CALL,   SG_OP_CALL,  SG_OP_CALL,
                                     SG_OP_CALL,  SG_OP_RECV,   SG_OP_RECV,  SG_OP_REPLY,
                                     SG_OP_REPLY, SG_OP_REPLY,  SG_OP_REPLY, SG_OP_WAIT,
                                     SG_OP_WAKE,  SG_OP_CANCEL, SG_OP_NOP};

    return likely[pick(sizeof(likely))];
}

/* A capability of a type in the thread's cspace, if the search comes by one; else any. */
static uint64_t find(const struct thread *thread, uint8_t type)
{
    const struct cspace *cspace = thread_cspace(thread);
    uint32_t start = pick(cspace->slot_count);

    for (uint32_t i = 0; i < cspace->slot_count; i++) {
        uint32_t index = (start + i) % cspace->slot_count;

        if (cspace->slot[index].type == type)
            return (uint64_t)cspace->slot[index].generation << 32 | index;
    }
    return handle_of(thread);
}

/* Something that is likely to work on a kernel object. */
static void choose_sensibly(const struct thread *thread, struct choice *choice)
{
    static const uint8_t types[] = {SG_TYPE_UNTYPED, SG_TYPE_UNTYPED,      SG_TYPE_CSPACE,
                                    SG_TYPE_LEASE,   SG_TYPE_ASPACE,       SG_TYPE_ASPACE,
                                    SG_TYPE_THREAD,  SG_TYPE_SCHED,        SG_TYPE_ENDPOINT,
                                    SG_TYPE_IRQ,     SG_TYPE_NOTIFICATION, SG_TYPE_NOTIFICATION};
    static const uint8_t creatable[] = {SG_TYPE_NOTIFICATION, SG_TYPE_MEMORY, SG_TYPE_ENDPOINT,
                                        SG_TYPE_THREAD,       SG_TYPE_SCHED,  SG_TYPE_CSPACE};
    uint8_t type = types[pick(sizeof(types))];
    uint64_t *argument = choice->argument;

    choice->handle = find(thread, type);
    choice->method = (uint16_t)pick(3);
    switch (type) {
    case SG_TYPE_UNTYPED:
        argument[0] = choice->method == SG_UNTYPED_CREATE  ? creatable[pick(sizeof(creatable))]
                      : choice->method == SG_UNTYPED_SPLIT ? 1 + pick(60)
                                                           : find(thread, SG_TYPE_UNTYPED);
        argument[1] = 1 + pick(60);
        argument[2] = 1 + pick(2);
        break;
    case SG_TYPE_CSPACE:
        choice->method++;
        argument[0] = choice->method == SG_CSPACE_READ ? pick(64) : handle_of(thread);
        argument[1] = pick(4);
        break;
    case SG_TYPE_LEASE:
        choice->method = SG_LEASE_DERIVE;
        argument[0] = SG_RIGHTS_ALL;
        break;
    case SG_TYPE_ASPACE:
        argument[0] = choice->method == SG_ASPACE_MAP ? find(thread, SG_TYPE_MEMORY) : pick(8);
        argument[1] = 0x10000000 + pick(8) * PAGE_SIZE;
        argument[2] = pick(2) | UINT64_C(1) << 32;
        argument[3] = pick(4);
        break;
    case SG_TYPE_THREAD:
        choice->method = (uint16_t)pick(5);
        if (choice->method == SG_THREAD_BIND) {
            argument[0] = find(thread, SG_TYPE_ASPACE);
            argument[1] = find(thread, SG_TYPE_CSPACE);
            argument[2] = find(thread, SG_TYPE_RING);
            argument[3] = find(thread, SG_TYPE_SCHED);
            argument[4] = find(thread, SG_TYPE_CLIENT);
        }
        break;
    case SG_TYPE_SCHED:
        choice->method = SG_SCHED_LOWER;
        argument[0] = SG_CLASS_NORMAL;
        argument[1] = 60 + pick(40);
        break;
    case SG_TYPE_ENDPOINT:
        choice->method = SG_ENDPOINT_MINT;
        argument[1] = SG_RIGHTS_ALL;
        break;
    default:
        choice->method = (uint16_t)pick(2);
        break;
    }
}

/* Whatever on whatever. */
static void choose_wildly(const struct thread *thread, struct choice *choice)
{
    static const uint16_t generic[] = {SG_COPY, SG_MOVE, SG_LEASE, SG_INFO, SG_RELEASE};

    choice->handle = handle_of(thread);
    choice->method = pick(4) == 0 ? generic[pick(5)] : (uint16_t)pick(6);
    if (pick(60) == 0)
        choice->method = SG_DESTROY;
    for (uint32_t i = 0; i < 5; i++)
        choice->argument[i] = argument_of(thread);
    if (choice->method == SG_LEASE)
        choice->argument[1] = find(thread, SG_TYPE_UNTYPED);
    else if (choice->method == SG_COPY || choice->method == SG_MOVE)
        choice->argument[1] = pick(2) ? 0 : find(thread, SG_TYPE_CSPACE);
}

struct choice choose(const struct thread *thread, uint32_t token)
{
    struct choice choice = {.opcode = random_opcode()};

    if (choice.opcode == SG_OP_RECV || choice.opcode == SG_OP_REPLY) {
        choice.handle = find(thread, SG_TYPE_ENDPOINT);
        choice.method = (uint16_t)pick(4);
    } else if (choice.opcode == SG_OP_WAIT || choice.opcode == SG_OP_WAKE) {
        choice.handle = find(thread, SG_TYPE_MEMORY);
        choice.argument[0] = 4 * pick(2);
        choice.argument[1] = pick(4) == 0;
    } else if (choice.opcode == SG_OP_CANCEL) {
        choice.argument[0] = pick(8);
    } else if (choice.opcode == SG_OP_CALL) {
        if (pick(3) == 0) {
            choice.handle = find(thread, SG_TYPE_CLIENT);
            choice.method = (uint16_t)pick(6);
        } else if (pick(2) == 0) {
            choose_sensibly(thread, &choice);
        } else {
            choose_wildly(thread, &choice);
        }
    }
    if (choice.opcode == SG_OP_REPLY) {
        choice.token = pick(20) == 0 ? (uint32_t)number() : token;
        choice.flags = pick(2) ? SG_SUBMIT_REARM : 0;
    }
    return choice;
}
