/* SPDX-License-Identifier: BSD-2-Clause */
/* Leases made on what other leases gave, destroyed in any order, in four frames that are used again and
   again, so that a chain may come back to the frame it began in. A capability works exactly as long as
   every lease it came through lives. Seen to fail: a lease followed without a look at its epoch,
   which ends the machine. */
#include "attacks.h"
#include "own.h"
#include "report.h"

#include <signet/object.h>
#include <signet/startup.h>
#include <stdbool.h>

#define PLACES 4u
#define DERIVED 12u
#define STEPS 1200u

/* A capability, and which lease of each place it came through; 0: none. */
struct derived {
    struct sg_handle handle;
    uint32_t through[PLACES];
    uint32_t depth;
};

struct place {
    struct sg_handle lease;
    struct derived source; /* as it was leased */
    uint32_t serial;       /* of the lease that is there; 0: none */
};

static struct {
    struct place place[PLACES];
    struct derived derived[DERIVED];
    uint32_t frames; /* the first */
    uint32_t serial;
    uint64_t looked, wrong, refused, made, revoked;
    uint64_t random;
} chain;

static uint32_t pick(uint32_t count)
{
    return (uint32_t)(attack_random(&chain.random) >> 20) % count;
}

static bool lives(const struct derived *derived)
{
    for (uint32_t i = 0; i < PLACES; i++)
        if (derived->through[i] != 0 && derived->through[i] != chain.place[i].serial)
            return false;
    return true;
}

/* At most one lease of a place, in which it can be only once. */
static void make(uint32_t number, const struct derived *source)
{
    struct place *place = &chain.place[number];
    struct sg_handle lease;
    enum sg_status expected = !lives(source)                        ? SG_BAD_HANDLE
                              : source->depth == SG_LEASE_DEPTH_MAX ? SG_LIMIT
                                                                    : SG_OK;
    enum sg_status status =
        sg_lease(source->handle, SG_RIGHTS_ALL, sg_self()->untyped, chain.frames + number, &lease);

    chain.looked++;
    chain.wrong += status != expected;
    chain.refused += status != SG_OK;
    if (status != SG_OK)
        return;
    chain.made++;
    *place = (struct place){lease, *source, ++chain.serial};
    chain.looked++;
    chain.wrong += sg_lease(lease, SG_RIGHTS_ALL, sg_self()->untyped,
                            chain.frames + (number + 1) % PLACES, &lease) == SG_OK;
}

static void revoke(struct place *place)
{
    chain.looked++;
    chain.wrong += sg_destroy(place->lease) != SG_OK;
    chain.revoked++;
    (void)sg_release(place->lease);
    place->serial = 0;
}

static void derive(struct derived *derived, uint32_t number)
{
    const struct place *place = &chain.place[number];
    struct sg_handle handle;
    bool is_live = lives(&place->source);

    if (sg_lease_derive(place->lease, SG_RIGHTS_ALL, &handle) != SG_OK) {
        chain.wrong += is_live;
        return;
    }
    *derived = place->source;
    derived->handle = handle;
    derived->through[number] = is_live ? place->serial : UINT32_MAX;
    derived->depth++;
}

static void drop(struct derived *derived)
{
    if (!sg_handle_is_none(derived->handle))
        (void)sg_release(derived->handle);
    *derived = (struct derived){.handle = SG_HANDLE_NONE};
}

static void step(const struct derived *root)
{
    uint32_t number = pick(PLACES);
    struct place *place = &chain.place[number];
    struct derived *derived = &chain.derived[pick(DERIVED)];

    if (pick(4) == 0)
        drop(derived);
    else if (place->serial != 0 && pick(3) == 0)
        revoke(place);
    else if (place->serial != 0 && sg_handle_is_none(derived->handle))
        derive(derived, number);
    else if (place->serial == 0)
        make(number, pick(3) == 0 || sg_handle_is_none(derived->handle) ? root : derived);
}

static void look_at_all(void)
{
    for (uint32_t i = 0; i < DERIVED; i++) {
        const struct derived *derived = &chain.derived[i];

        if (sg_handle_is_none(derived->handle))
            continue;
        chain.looked++;
        chain.wrong +=
            sg_notification_signal(derived->handle) != (lives(derived) ? SG_OK : SG_BAD_HANDLE);
    }
}

void attack_leases(void)
{
    struct sg_owned notification = own_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    const struct derived root = {.handle = notification.handle};

    chain.random = UINT64_C(0x1ea5e5);
    report_step("leases/frames", sg_frames_take(sg_own_frames(), PLACES, &chain.frames));
    for (uint32_t i = 0; i < STEPS; i++) {
        step(&root);
        look_at_all();
    }
    for (uint32_t i = 0; i < DERIVED; i++)
        drop(&chain.derived[i]);
    for (uint32_t i = 0; i < PLACES; i++)
        if (chain.place[i].serial != 0)
            revoke(&chain.place[i]);
    report_none("leases/not as the leases of their chain say", chain.wrong, chain.looked);
    report_count("leases/all made were revoked", chain.made, chain.revoked);
    report_equal("leases/some were refused", 1, chain.refused != 0);
    report_step("leases/frames", sg_frames_give(sg_own_frames(), chain.frames, PLACES));
    (void)sg_owned_destroy(&notification);
}
