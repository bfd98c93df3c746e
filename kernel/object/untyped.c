/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/untyped.h"

#include "object/event.h"
#include "object/thread.h"

#define RECLAIM_MAX 128u /* free frames handed back a step */
#define CLAIM_MAX 64u    /* frames claimed a step */
#define FRAME_WORK 160u  /* to claim a frame of an object that has parameters, and fill it in */

void frame_scrub(uint32_t frame)
{
    cpu_work(WORK_MAX);
    arch_zero_words(arch_frame_pointer(frame), PAGE_SIZE / sizeof(uint64_t));
    frames_set_clean(&machine.frames, frame);
}

enum sg_status untyped_scrub(uint32_t first, uint32_t count)
{
    uint32_t end = first + count;

    for (uint32_t i = 0; i < SG_SCRUB_MAX; i++) {
        first = frames_next_dirty(&machine.frames, first, end - first);
        if (first == end)
            return SG_OK;
        frame_scrub(first);
    }
    return SG_AGAIN;
}

/* How many frames of a claim earlier steps have made an object of: it has no type yet, and no capability
   names it. */
static uint32_t gathered(const struct claim *claim)
{
    const struct frame *frame = &machine.frames.table[claim_head(claim)];

    bool is_begun = frame->role == FRAME_HEAD && frame->type == SG_TYPE_NONE;

    return is_begun && frame->owner == claim->untyped ? frame->count : 0;
}

/* One more step for a large object. It falls apart again, in steps too, if what follows is not free, or if
   it is wanted smaller now. */
static RARELY enum sg_status gather(const struct claim *claim, uint32_t done)
{
    uint32_t head = claim_head(claim);
    uint32_t left = claim->count < done ? 0 : claim->count - done;
    uint32_t step = left < CLAIM_MAX ? left : CLAIM_MAX;

    cpu_work(WORK_MAX);
    if (machine.frames.table[head].flags & FRAME_DYING ||
        frames_check(&machine.frames, claim->untyped, claim->offset + done, step) != SG_OK)
        return object_destroy(head) == SG_OK ? SG_NO_FRAMES : SG_AGAIN;
    if (untyped_scrub(head + done, step) != SG_OK)
        return SG_AGAIN;
    frames_extend(&machine.frames, head, step);
    return step == left ? SG_OK : SG_AGAIN;
}

/* Checks and scrubs the frames of a claim; claims those of a large object on the way. */
static enum sg_status prepare_frames(const struct claim *claim)
{
    struct frames *frames = &machine.frames;
    uint32_t count = claim->count <= CLAIM_MAX ? claim->count : 1;
    enum sg_status status = frames_check(frames, claim->untyped, claim->offset, count);

    if (status == SG_NO_FRAMES && gathered(claim) != 0)
        return gather(claim, gathered(claim));
    if (status == SG_OK && (count > 1 || FRAME_IS_DIRTY(frames, claim_head(claim))))
        status = untyped_scrub(claim_head(claim), count);
    if (status != SG_OK || count == claim->count)
        return status;
    if (claim->count > frames->table[claim->untyped].extent - claim->offset)
        return SG_BAD_ARGUMENT;
    frames_claim(frames, claim->untyped, claim->offset, SG_TYPE_NONE);
    return gather(claim, 1);
}

enum sg_status untyped_reserve(struct cspace *cspace, struct claim *claim)
{
    enum sg_status status = cspace_reserve(cspace, &claim->slot);

    if (status != SG_OK)
        return status;
    status = prepare_frames(claim);
    if (status != SG_OK)
        cspace_rollback(cspace, claim->slot);
    return status;
}

uint64_t untyped_commit(struct cspace *cspace, const struct claim *claim)
{
    uint32_t head = claim_head(claim);

    if (LIKELY(machine.frames.table[head].role == FRAME_FREE)) {
        frames_claim(&machine.frames, claim->untyped, claim->offset, claim->type);
        if (claim->count > 1)
            frames_extend(&machine.frames, head, claim->count - 1);
    } else {
        frames_set_type(&machine.frames, head, claim->type);
    }
    event_device(SG_EVENT_ACQUIRE, cspace, claim->type, head);
    struct capability capability = capability_to(head, claim->type);
    return sg_handle_word(cspace_commit(cspace, claim->slot, &capability));
}

/* (type, frame offset, parameters 0 to 2) */
static enum sg_status call_create(struct invocation *invocation)
{
    const uint64_t *argument = invocation->argument;
    struct cspace *cspace = thread_cspace(invocation->thread);
    struct create_parameters parameters = {.value = {argument[2], argument[3], argument[4]}};

    if (argument[0] >= SG_TYPE_COUNT || argument[1] > UINT32_MAX ||
        object_types[argument[0]].create == NULL)
        return SG_BAD_ARGUMENT;
    const struct object_type *type = &object_types[argument[0]];
    enum sg_status status = type->check != NULL ? type->check(cspace, &parameters) : SG_OK;
    if (status != SG_OK)
        return status;
    struct claim claim = {.untyped = invocation->target.object,
                          .offset = (uint32_t)argument[1],
                          .count = sg_object_frames((uint32_t)argument[0], parameters.value[0],
                                                    parameters.value[1], parameters.value[2]),
                          .type = (uint8_t)argument[0]};
    if (type->check != NULL)
        cpu_work(claim.count * FRAME_WORK);
    status = untyped_reserve(cspace, &claim);
    if (status != SG_OK)
        return status;
    if (type->acquire != NULL)
        status = type->acquire(&parameters);
    if (status != SG_OK) {
        cspace_rollback(cspace, claim.slot);
        return status;
    }
    invocation->value = untyped_commit(cspace, &claim);
    type->create(claim_head(&claim), &parameters);
    return SG_OK;
}

/* Untypeds around an untyped. Bounded, so that a frame of the innermost is soon handed all the way
   back. */
static uint32_t nesting(uint32_t untyped)
{
    uint32_t depth = 0;

    for (const struct frame *table = machine.frames.table; table[untyped].owner != FRAME_NONE;
         depth++)
        untyped = table[untyped].owner;
    return depth;
}

/* (frame offset) */
static RARELY enum sg_status call_split(struct invocation *invocation)
{
    struct cspace *cspace = thread_cspace(invocation->thread);
    uint64_t offset = invocation->argument[0];
    struct claim claim = {.untyped = invocation->target.object,
                          .offset = (uint32_t)offset,
                          .count = 1,
                          .type = SG_TYPE_UNTYPED};

    if (offset > UINT32_MAX)
        return SG_BAD_ARGUMENT;
    if (nesting(claim.untyped) == SG_UNTYPED_DEPTH_MAX)
        return SG_LIMIT;
    enum sg_status status = untyped_reserve(cspace, &claim);
    if (status == SG_OK)
        invocation->value = untyped_commit(cspace, &claim);
    return status;
}

/* (child, count) */
static RARELY enum sg_status call_grant(struct invocation *invocation)
{
    uint32_t child;
    enum sg_status status =
        capability_require(thread_cspace(invocation->thread), invocation->argument[0],
                           SG_TYPE_UNTYPED, SG_UNTYPED_CREATE, &child);

    if (status != SG_OK)
        return status;
    if (machine.frames.table[child].owner != invocation->target.object)
        return SG_BAD_ARGUMENT;
    uint64_t asked = invocation->argument[1];
    uint32_t count = asked < SG_GRANT_MAX ? (uint32_t)asked : SG_GRANT_MAX;
    invocation->value = frames_grant(&machine.frames, child, count);
    cpu_work(WORK_MAX);
    return SG_OK;
}

enum sg_status untyped_call(struct invocation *invocation)
{
    switch (invocation->method) {
    case SG_UNTYPED_CREATE:
        return call_create(invocation);
    case SG_UNTYPED_SPLIT:
        return call_split(invocation);
    case SG_UNTYPED_GRANT:
        return call_grant(invocation);
    default:
        return SG_BAD_OPERATION;
    }
}

/* Kills the untyped a frame is accounted to, so that nothing new is created behind our back. */
static void kill_owner(uint32_t owner, uint32_t root)
{
    if (owner != root && !(machine.frames.table[owner].flags & FRAME_DYING))
        frames_kill(&machine.frames, owner);
}

/* One step on the last frame of a dying untyped's range: destroys what holds it, or hands it back. */
static RARELY void reclaim_last(uint32_t root)
{
    struct frame *table = machine.frames.table;
    uint32_t last = root + table[root].extent - 1;
    const struct frame *frame = &table[last];

    if (frame->role == FRAME_FREE || frame->role == FRAME_ABSENT) { /* absent: epochs used up */
        uint32_t owner = frame->owner;

        kill_owner(owner, root);
        frames_ungrant(&machine.frames, owner);
        return;
    }
    uint32_t head = frame->head;
    kill_owner(table[head].owner, root);
    if (table[head].type == SG_TYPE_UNTYPED) { /* nested and shrunk to its own frame */
        kill_owner(head, root);
        frames_release_head(&machine.frames, head);
        frame_scrub(head);
        return;
    }
    (void)object_destroy(head); /* the next step finds what is left of it */
}

/* Works from the end of the range down: nested untypeds and objects go on the way, without
   recursion. */
RARELY bool untyped_dismantle(uint32_t head)
{
    const struct frame *untyped = &machine.frames.table[head];

    for (uint32_t i = 0; i < RECLAIM_MAX && untyped->extent > 1; i++) {
        uint8_t role = machine.frames.table[head + untyped->extent - 1].role;

        reclaim_last(head);
        if (role == FRAME_HEAD || role == FRAME_BODY)
            return false;
    }
    return untyped->extent == 1;
}
