/* SPDX-License-Identifier: BSD-2-Clause */
#include "model.h"

#include "fixture.h"
#include "host.h"
#include "object/cspace_object.h"
#include "object/lease.h"
#include "object/ring.h"
#include "object/thread.h"
#include "walker.h"

#include <sys/mman.h>

#define FRAMES_SEEN 4096u
#define CSPACES_SEEN 1024u
#define THREADS_SEEN 256u
#define TOGETHER WALKER_PAGE /* frames or slots that are compared at once */
#define EXPECT(condition, ...) ((condition) ? (void)0 : host_failed("model: " __VA_ARGS__))

struct seen_thread {
    const struct thread *thread;
    struct arch_context context;
};

/* The state at the last look: pages that nothing has written since the input began are as they were. */
struct seen {
    struct frame frame[FRAMES_SEEN];
    uint8_t memory[FRAMES_SEEN][PAGE_SIZE]; /* of cspaces, */
    uint32_t cspace[CSPACES_SEEN];          /* which are these */
    uint32_t cspace_count;
    struct seen_thread thread[THREADS_SEEN]; /* that have a result and do not run */
    uint32_t thread_count;
    uint32_t windows;
};

static struct seen *seen;

/* memcmp of the sanitizers' run time would look at the shadow of it all as well. */
static bool is_same(const void *one, const void *other, size_t size)
{
    const uint64_t *word = one, *with = other;
    uint64_t differ = 0;

    for (size_t i = 0; i < size / sizeof(uint64_t); i++)
        differ |= word[i] ^ with[i];
    return differ == 0;
}

static const struct frame *frame_at(uint32_t number)
{
    return &machine.frames.table[number];
}

static bool is_object(uint32_t number, uint8_t type)
{
    const struct frame *frame = frame_at(number);

    return frame->role == FRAME_HEAD && frame->type == type && !(frame->flags & FRAME_DYING);
}

/* Whether somebody may still act out of a capability table: until the last step of its destruction that
   concerns threads, those that are bound to it go on. */
static bool is_cspace(uint32_t number)
{
    const struct frame *frame = frame_at(number);

    return frame->role == FRAME_HEAD && frame->type == SG_TYPE_CSPACE &&
           (!(frame->flags & FRAME_DYING) || !list_is_empty(&cspace_at(number)->threads));
}

static bool is_live(const struct slot *slot)
{
    return slot->type != SLOT_EMPTY && slot->type < SLOT_RETIRED;
}

/* Whether the object a capability names was not there at the last look. */
static bool is_new(uint32_t head, uint32_t epoch)
{
    const struct frame *before = &seen->frame[head];

    return before->role != FRAME_HEAD || before->epoch != epoch || before->flags & FRAME_DYING;
}

/* The frames of a page of the table; true when one has changed. */
static bool check_frames_from(uint32_t first)
{
    size_t bytes = TOGETHER * sizeof(struct frame);

    if (host_is_untouched(frame_at(first), bytes) ||
        is_same(frame_at(first), &seen->frame[first], bytes))
        return false;
    for (uint32_t i = first; i < first + TOGETHER; i++) {
        const struct frame *now = frame_at(i), *before = &seen->frame[i];

        EXPECT(now->epoch >= before->epoch, "frame %u: expected epoch %u or later, found %u", i,
               before->epoch, now->epoch);
        if (now->role == FRAME_HEAD && !is_new(i, now->epoch))
            EXPECT(now->type == before->type && now->count == before->count,
                   "object %u: expected type %u still, found %u", i, before->type, now->type);
    }
    return true;
}

static bool has_all(uint64_t rights, uint64_t wanted)
{
    return ((wanted & ~SG_BIT(SG_RELEASE)) & ~rights) == 0;
}

static struct capability held_in(const struct slot *slot)
{
    return (struct capability){slot->rights, slot->badge, slot->object,
                               slot->epoch,  slot->type,  slot->flags};
}

/* Whether a capability can come of another by copying, moving and MINT. */
static bool comes_of(const struct capability *root, const struct capability *made)
{
    if (root->object != made->object || root->epoch != made->epoch || root->flags != made->flags)
        return false;
    if (made->type == SG_TYPE_CLIENT && root->type == SG_TYPE_ENDPOINT)
        return root->rights & SG_BIT(SG_ENDPOINT_MINT);
    return root->type == made->type && root->badge == made->badge &&
           has_all(root->rights, made->rights);
}

/* Whether it can come of what a lease capability derives. */
static bool comes_of_lease(const struct capability *root, const struct capability *made)
{
    if (root->type != SG_TYPE_LEASE || root->object != made->object || root->epoch != made->epoch ||
        !(root->rights & SG_BIT(SG_LEASE_DERIVE)) || !(made->flags & SLOT_LEASED))
        return false;
    struct capability derived = lease_derived(root->object, SG_RIGHTS_ALL);
    return comes_of(&derived, made);
}

/* The slots a cspace had at the last look. */
static const struct slot *slots_seen(uint32_t head)
{
    const uint8_t *slots = (const uint8_t *)((const struct cspace *)seen->memory[head])->slot;

    return (const struct slot *)(seen->memory[head] +
                                 (slots - (const uint8_t *)arch_frame_pointer(head)));
}

static bool is_root_in(uint32_t head, const struct capability *made)
{
    const struct cspace *cspace = (const struct cspace *)seen->memory[head];
    const struct slot *slot = slots_seen(head);

    for (uint32_t i = 0; i < cspace->slot_count; i++) {
        struct capability root = held_in(&slot[i]);

        if (is_live(&slot[i]) && (comes_of(&root, made) || comes_of_lease(&root, made)))
            return true;
    }
    return false;
}

/* What init has is no root of what others made without it. */
static bool may_give(uint32_t head)
{
    return host.user == fixture.init || &cspace_at(head)->cspace != thread_cspace(fixture.init);
}

static bool has_root(const struct capability *made)
{
    bool found = is_new(made->object, made->epoch);

    for (uint32_t i = 0; i < seen->cspace_count && !found; i++)
        found = may_give(seen->cspace[i]) && is_root_in(seen->cspace[i], made);
    return found;
}

static void check_new(uint32_t head, uint32_t index, const struct slot *slot)
{
    struct capability made = held_in(slot);

    EXPECT(
        has_root(&made),
        "cspace %u slot %u: a capability of type %u to %u with rights %lx, badge %lx has no root",
        head, index, made.type, made.object, (unsigned long)made.rights, (unsigned long)made.badge);
    if (made.type == SG_TYPE_LEASE && !(made.flags & SLOT_LEASED) &&
        is_new(made.object, made.epoch) && frame_at(made.object)->epoch == made.epoch)
        EXPECT(has_root(&lease_at(made.object)->target),
               "lease %u: its target, of type %u with rights %lx, has no root", made.object,
               lease_at(made.object)->target.type,
               (unsigned long)lease_at(made.object)->target.rights);
}

static void check_slot(uint32_t head, uint32_t index, const struct slot *old)
{
    const struct slot *slot = &cspace_at(head)->cspace.slot[index];

    if (old != NULL && memcmp(slot, old, sizeof(*slot)) == 0)
        return;
    if (old != NULL)
        EXPECT(slot->generation >= old->generation + is_live(slot),
               "cspace %u slot %u: changed, generation %u after %u", head, index, slot->generation,
               old->generation);
    if (is_live(slot))
        check_new(head, index, slot);
}

/* Checks what has changed of a cspace; whether anything has. */
static bool check_cspace(uint32_t head)
{
    const struct cspace *cspace = &cspace_at(head)->cspace;
    const struct slot *old = is_new(head, frame_at(head)->epoch) ? NULL : slots_seen(head);
    bool has_changed = false;
    uint32_t end;

    for (uint32_t first = 0; first < cspace->slot_count; first = end) {
        end = first + TOGETHER < cspace->slot_count ? first + TOGETHER : cspace->slot_count;
        size_t bytes = (end - first) * sizeof(struct slot);

        if (old != NULL && (host_is_untouched(&cspace->slot[first], bytes) ||
                            is_same(&cspace->slot[first], &old[first], bytes)))
            continue;
        has_changed = true;
        for (uint32_t i = first; i < end; i++)
            check_slot(head, i, old != NULL ? &old[i] : NULL);
    }
    return has_changed;
}

static void check_ring(uint32_t head)
{
    const struct ring_queues *queues = &ring_at(head)->queues;

    EXPECT(queues->submit_head == queues->complete_tail + queues->in_flight,
           "ring %u: of %u submissions %u have completed and %u are in flight", head,
           queues->submit_head, queues->complete_tail, queues->in_flight);
}

/* Whether a thread has its result and nothing may change it. */
static bool is_settled(const struct thread *thread)
{
    return thread->state == SG_THREAD_READY && thread->wait == WAIT_NONE && !thread->is_draining &&
           !thread->context.is_full && !thread_is_current(thread);
}

static void check_thread(const struct seen_thread *before)
{
    const struct thread *thread = before->thread;
    const struct arch_context *now = &thread->context, *then = &before->context;

    if (thread == host.user || !is_object(arch_pointer_frame(thread), SG_TYPE_THREAD) ||
        !is_settled(thread) ||
        is_new(arch_pointer_frame(thread), frame_at(arch_pointer_frame(thread))->epoch))
        return;
    EXPECT(now->operation == then->operation && now->handle == then->handle &&
               now->deadline == then->deadline && now->token == then->token &&
               memcmp(now->word, then->word, sizeof(now->word)) == 0,
           "thread %u: its registers changed after it had its result", arch_pointer_frame(thread));
}

static void look_at_cspace(uint32_t head)
{
    for (uint32_t i = head; i < head + frame_at(head)->count; i++)
        if (!host_is_untouched(arch_frame_pointer(i), PAGE_SIZE) &&
            !is_same(seen->memory[i], arch_frame_pointer(i), PAGE_SIZE))
            memcpy(seen->memory[i], arch_frame_pointer(i), PAGE_SIZE);
}

static void look_at_thread(const struct thread *thread)
{
    if (is_settled(thread) && seen->thread_count < THREADS_SEEN)
        seen->thread[seen->thread_count++] = (struct seen_thread){thread, thread->context};
}

/* Remembers the state as it is; of capability tables that have not changed (by number of the head, NULL:
   all have) only that they are there. */
static void look(const bool *has_changed)
{
    seen->cspace_count = 0;
    seen->thread_count = 0;
    seen->windows = host.windows;
    for (uint32_t n = 0; n < walker_heads.count; n++) {
        uint32_t i = walker_heads.head[n];

        if (is_object(i, SG_TYPE_THREAD))
            look_at_thread(arch_frame_pointer(i));
        if (!is_cspace(i))
            continue;
        EXPECT(seen->cspace_count < CSPACES_SEEN, "more than %u capability tables", CSPACES_SEEN);
        seen->cspace[seen->cspace_count++] = i;
        if (has_changed == NULL || has_changed[n])
            look_at_cspace(i);
    }
}

void *model_make(size_t *size)
{
    void *made =
        mmap(NULL, sizeof(*seen), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    EXPECT(made != MAP_FAILED, "no memory");
    EXPECT(machine.frames.count <= FRAMES_SEEN && machine.frames.count % TOGETHER == 0, "%u frames",
           machine.frames.count);
    seen = made;
    memcpy(seen->frame, machine.frames.table, machine.frames.count * sizeof(struct frame));
    look(NULL);
    *size = sizeof(*seen);
    return made;
}

void model_start(void *made)
{
    seen = made;
}

void model_check(void)
{
    bool has_changed[FRAMES_SEEN / TOGETHER];
    static bool cspace_changed[WALKER_HEADS_MAX];

    for (uint32_t first = 0; first < machine.frames.count; first += TOGETHER)
        has_changed[first / TOGETHER] = check_frames_from(first);
    walker_find_heads(has_changed);
    for (uint32_t n = 0; n < walker_heads.count; n++) {
        uint32_t i = walker_heads.head[n];

        if (is_cspace(i))
            cspace_changed[n] = check_cspace(i);
        else if (is_object(i, SG_TYPE_RING))
            check_ring(i);
    }
    /* In an interrupt window another thread than the one whose turn it is may have asked. */
    for (uint32_t i = 0; i < seen->thread_count && seen->windows == host.windows; i++)
        check_thread(&seen->thread[i]);
    for (uint32_t first = 0; first < machine.frames.count; first += TOGETHER)
        if (has_changed[first / TOGETHER])
            memcpy(&seen->frame[first], frame_at(first), TOGETHER * sizeof(struct frame));
    look(cspace_changed);
}
