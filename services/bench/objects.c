/* SPDX-License-Identifier: BSD-2-Clause */
#include <signet/frames.h>
#include <signet/object.h>
#include <signet/ring.h>
#include <signet/startup.h>
#include <signet/syscall.h>

#include "bench.h"
#include "mark.h"

#define COUNT 192u
#define BATCH 32u
#define MAP_ADDRESS UINT64_C(0x0000600000000000)

static enum sg_status make(enum sg_type type, uint64_t parameter, struct sg_handle *object)
{
    const uint64_t parameters[3] = {parameter, 0, 0};
    uint32_t offset;

    return sg_object_create(sg_own_frames(), type, parameters, object, &offset);
}

static int64_t signal_nobody(const void *context, uint64_t count)
{
    return loop_invoke(sg_operation_word(SG_OP_CALL, 0, SG_NOTIFICATION_SIGNAL, 0),
                       sg_handle_word(*(const struct sg_handle *)context), count);
}

static int64_t copy_release(const void *context, uint64_t count)
{
    return loop_copy_release(sg_handle_word(*(const struct sg_handle *)context), count);
}

static int64_t map_unmap(const void *context, uint64_t count)
{
    return loop_map_unmap(sg_handle_word(sg_self()->aspace), context, count);
}

static int64_t signal_wait(const void *context, uint64_t count)
{
    const struct sg_handle *pair = context;

    return loop_signal_wait(sg_handle_word(pair[0]), sg_handle_word(pair[1]), count);
}

/* The peer waits for the first notification and signals the second. */
static int64_t introduce_pair(const struct sg_handle pair[2])
{
    const struct sg_cap_transfer list[2] = {offer(pair[0]), offer(pair[1])};

    return introduce(sg_capability("signals"), list, 2);
}

static void measure_signals(void)
{
    struct sg_handle pair[2];
    int64_t status = make(SG_TYPE_NOTIFICATION, 0, &pair[0]);

    if (status >= 0)
        status = make(SG_TYPE_NOTIFICATION, 0, &pair[1]);
    if (status < 0) {
        report_failure("signal", status);
        return;
    }
    measure("signal", signal_nobody, &pair[0], COUNT);
    measure("copy_release", copy_release, &pair[0], COUNT);
    uint64_t counter;
    status = sg_notification_wait(pair[0], SG_FOREVER, &counter);
    if (status >= 0)
        status = introduce_pair(pair);
    if (status < 0)
        report_failure("signal_wait", status);
    else
        measure("signal_wait", signal_wait, pair, COUNT);
}

/* The page beside it stays mapped, so that the page tables do too. */
static void measure_map(void)
{
    struct sg_handle memory;
    int64_t status = make(SG_TYPE_MEMORY, 2, &memory);
    uint32_t region;

    if (status >= 0)
        status = sg_aspace_map(sg_self()->aspace, memory, MAP_ADDRESS, 0, 1,
                               SG_MAP_READ | SG_MAP_WRITE, &region);
    if (status < 0) {
        report_failure("map_unmap", status);
        return;
    }
    const uint64_t words[5] = {sg_handle_word(memory), MAP_ADDRESS + SG_PAGE_SIZE,
                               1 | UINT64_C(1) << 32, SG_MAP_READ | SG_MAP_WRITE};
    measure("map_unmap", map_unmap, words, COUNT);
}

/* Frames for COUNT objects, and the handles of what was made of them. */
struct nursery {
    uint32_t offset;
    uint64_t handle[COUNT];
};

/* Makes COUNT notifications; 0 or a negative enum sg_status. */
typedef int64_t creator(struct nursery *nursery);

static int64_t create_one_by_one(struct nursery *nursery)
{
    uint64_t words[5] = {SG_TYPE_NOTIFICATION, nursery->offset};

    return loop_create(sg_handle_word(sg_self()->untyped), words, COUNT, nursery->handle);
}

static int64_t submit_creation(uint32_t offset)
{
    struct sg_handle untyped = sg_self()->untyped;
    const struct sg_submission submission = {.opcode = SG_OP_CALL,
                                             .method = SG_UNTYPED_CREATE,
                                             .handle_index = untyped.index,
                                             .handle_generation = untyped.generation,
                                             .argument = {SG_TYPE_NOTIFICATION, offset}};

    return sg_ring_submit(sg_own_ring(), &submission);
}

static int64_t create_in_batches(struct nursery *nursery)
{
    struct sg_completion completion;
    int64_t status = SG_OK;

    for (uint32_t i = 0; i < COUNT && status >= 0; i += BATCH) {
        for (uint32_t n = i; n < i + BATCH && status >= 0; n++)
            status = submit_creation(nursery->offset + n);
        if (status >= 0)
            status = sg_ring_enter(sg_own_ring(), BATCH, SG_FOREVER);
        for (uint32_t n = i; n < i + BATCH && status >= 0; n++) {
            status = sg_ring_next(sg_own_ring(), &completion);
            if (status >= 0)
                status = completion.result;
            nursery->handle[n] = completion.badge;
        }
    }
    return status;
}

static int64_t destroy_all(const struct nursery *nursery)
{
    int64_t status = SG_OK;

    for (uint32_t i = 0; i < COUNT && status >= 0; i++) {
        status = sg_destroy(sg_handle_from_word(nursery->handle[i]));
        if (status >= 0)
            status = sg_release(sg_handle_from_word(nursery->handle[i]));
    }
    return status;
}

/* Only creation is timed: of frames that the destruction before has scrubbed. */
static void measure_creation(const char *name, creator *create, struct nursery *nursery)
{
    uint64_t least = UINT64_MAX;
    int64_t status = SG_OK;

    for (uint32_t sample = 0; sample < 4 && status >= 0; sample++) {
        MARK(MARK_BEGIN);
        uint64_t start = ticks();
        status = create(nursery);
        uint64_t each = (ticks() - start) / COUNT;
        MARK(MARK_END);
        if (each < least)
            least = each;
        if (status >= 0)
            status = destroy_all(nursery);
    }
    if (status < 0)
        report_failure(name, status);
    else
        report_row(name, least, COUNT);
}

static void measure_create(void)
{
    static struct nursery nursery;
    int64_t status = sg_frames_take(sg_own_frames(), COUNT, &nursery.offset);

    if (status < 0) {
        report_failure("create", status);
        return;
    }
    measure_creation("create", create_one_by_one, &nursery);
    measure_creation("create_batch", create_in_batches, &nursery);
}

void measure_objects(void)
{
    measure_signals();
    measure_map();
    measure_create();
}
