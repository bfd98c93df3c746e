/* SPDX-License-Identifier: BSD-2-Clause */
#include <signet/object.h>
#include <signet/startup.h>

#include "worst.h"

struct size {
    const char *what;
    enum sg_type type;
    uint64_t parameter[3];
};

/* The largest of each type. */
static const struct size largest[] = {
    {"largest cspace", SG_TYPE_CSPACE, {SG_CSPACE_SLOTS_MAX}},
    {"largest memory", SG_TYPE_MEMORY, {SG_MEMORY_PAGES_MAX}},
    {"largest aspace", SG_TYPE_ASPACE, {SG_ASPACE_TABLES_MAX, SG_ASPACE_REGIONS_MAX}},
    {"largest ring",
     SG_TYPE_RING,
     {SG_RING_SUBMISSIONS_MAX, SG_RING_COMPLETIONS_MAX, SG_RING_PAGES_MAX | UINT64_C(0xff) << 32}},
};

/* The largest that are light enough to be created many at once: of eight frames, if they can be. */
static const struct size light[] = {
    {"light cspace", SG_TYPE_CSPACE, {906}},
    {"light memory", SG_TYPE_MEMORY, {7}},
    {"light aspace", SG_TYPE_ASPACE, {SG_ASPACE_TABLES_MIN, 236}},
    {"light ring", SG_TYPE_RING, {32, 128, 2 | UINT64_C(0xff) << 32}},
    {"thread", SG_TYPE_THREAD, {0}},
    {"sched", SG_TYPE_SCHED, {0}},
    {"endpoint", SG_TYPE_ENDPOINT, {0}},
};

/* Twice, for the first time its frames have to be scrubbed. */
static void create_largest(const struct size *size)
{
    for (uint32_t i = 0; i < 2; i++) {
        struct sg_owned owned =
            make(size->type, size->parameter[0], size->parameter[1], size->parameter[2]);

        unmake(&owned);
    }
}

/* One after the other in frames that are clean, as many as the kernel makes in one hold of its lock. */
static void create_light(const struct size *size)
{
    uint32_t frames =
        sg_object_frames(size->type, size->parameter[0], size->parameter[1], size->parameter[2]);
    struct sg_submission entry[BATCH];
    struct sg_completion taken[BATCH];
    uint32_t offset;

    must("frames", sg_frames_take(sg_own_frames(), frames * BATCH, &offset));
    for (uint32_t i = 0; i < BATCH; i++) {
        entry[i] = call_of(sg_self()->untyped, SG_UNTYPED_CREATE);
        entry[i].argument[0] = size->type;
        entry[i].argument[1] = offset + i * frames;
        for (uint32_t n = 0; n < 3; n++)
            entry[i].argument[2 + n] = size->parameter[n];
    }
    for (uint32_t round = 0; round < 2; round++) {
        batch(size->what, entry, BATCH, taken);
        for (uint32_t i = 0; i < BATCH; i++) {
            struct sg_handle handle = sg_handle_from_word(taken[i].badge);

            must(size->what, taken[i].result);
            must(size->what, sg_destroy(handle));
            (void)sg_release(handle);
        }
    }
    must("frames", sg_frames_give(sg_own_frames(), offset, frames * BATCH));
}

/* A child, and all the frames after it that one call can move. */
static void grant(void)
{
    struct sg_handle child;
    uint32_t offset;

    must("frames", sg_frames_take(sg_own_frames(), SG_GRANT_MAX + 1, &offset));
    must("split", sg_untyped_split(sg_self()->untyped, offset, &child));
    must("grant", sg_untyped_grant(sg_self()->untyped, child, SG_GRANT_MAX));
    must("reclaim", sg_destroy(child));
    must("release", sg_release(child));
    must("frames", sg_frames_give(sg_own_frames(), offset, SG_GRANT_MAX + 1));
}

void worst_creation(void)
{
    for (uint32_t i = 0; i < sizeof(largest) / sizeof(largest[0]); i++)
        create_largest(&largest[i]);
    for (uint32_t i = 0; i < sizeof(light) / sizeof(light[0]); i++)
        create_light(&light[i]);
    grant();
}
