/* SPDX-License-Identifier: BSD-2-Clause */
#include "tell.h"

#include "hold/v1/hold.rpc.h"

#include <signet/object.h>

#define TELLERS 4u

struct teller {
    struct signet_hold_v1_HoldEvents_Told_async call; /* first: its address is the teller's */
    struct sg_loop *loop;
    struct sg_handle events;
    uint32_t told, count;
    bool is_taken;
};

static struct teller teller[TELLERS];

/* Tells the next event, or ends. */
static void go_on(struct teller *self)
{
    const signet_hold_v1_ToldRequest request = {.number = self->told + 1,
                                                .is_last = self->told + 1 == self->count};

    if (self->told < self->count && signet_hold_v1_HoldEvents_Told_start(
                                        self->loop, self->events, &request, &self->call) == SG_OK)
        return;
    (void)sg_release(self->events);
    self->is_taken = false;
}

static void was_told(struct signet_hold_v1_HoldEvents_Told_async *call)
{
    struct teller *self = (struct teller *)call;

    if (sg_succeeded(call->async.result))
        self->told++;
    else
        self->told = self->count;
    go_on(self);
}

bool tell(struct sg_loop *loop, struct sg_handle events, uint32_t count)
{
    for (uint32_t i = 0; i < TELLERS; i++) {
        if (teller[i].is_taken)
            continue;
        teller[i] = (struct teller){.call.done = was_told,
                                    .loop = loop,
                                    .events = events,
                                    .count = count,
                                    .is_taken = true};
        go_on(&teller[i]);
        return true;
    }
    return false;
}
