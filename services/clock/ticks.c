/* SPDX-License-Identifier: BSD-2-Clause */
#include "ticks.h"

#include <signet/object.h>
#include <stddef.h>

enum tick_state { TICK_FREE, TICK_TICKING, TICK_ENDING };

struct tick {
    struct signet_clock_v1_ClockEvents_Ticked_async call; /* first: its address is the tick's */
    struct sg_timer timer;
    struct sg_loop *loop;
    struct sg_handle cpu;
    struct tick_wish wish;
    uint64_t missed;
    enum tick_state state;
};

static struct tick tick[TICKS_CLIENTS_MAX];

static void free_place(struct tick *self)
{
    (void)sg_release(self->wish.events);
    self->state = TICK_FREE;
}

static void end(struct tick *self)
{
    sg_loop_timer_cancel(self->loop, &self->timer);
    if (!sg_async_is_in_flight(&self->call.async)) {
        free_place(self);
        return;
    }
    self->state = TICK_ENDING;
    sg_async_cancel(&self->call.async);
}

static void told(struct signet_clock_v1_ClockEvents_Ticked_async *call)
{
    struct tick *self = (struct tick *)call;

    if (self->state == TICK_ENDING)
        free_place(self);
    else if (!sg_succeeded(call->async.result))
        end(self);
}

/* Tells the newest tick, unless an older one is not answered yet. */
static void tell(struct tick *self, uint64_t now_ns)
{
    const signet_clock_v1_TickedRequest request = {.monotonic_ns = now_ns, .missed = self->missed};

    if (signet_clock_v1_ClockEvents_Ticked_start(self->loop, self->wish.events, &request,
                                                 &self->call) == SG_OK)
        self->missed = 0;
    else
        self->missed++;
}

static void due(struct sg_timer *timer)
{
    struct tick *self = (struct tick *)((char *)timer - offsetof(struct tick, timer));
    uint64_t due_ns = timer->deadline_ns, now_ns = due_ns;
    uint64_t elapsed;

    (void)sg_cpu_now(self->cpu, &now_ns);
    elapsed = ticks_elapsed(due_ns, now_ns, self->wish.period_ns);
    self->missed += elapsed - 1;
    tell(self, now_ns);
    sg_loop_timer(self->loop, due_ns + elapsed * self->wish.period_ns, timer);
}

void ticks_end(uint64_t client)
{
    for (uint32_t i = 0; i < TICKS_CLIENTS_MAX; i++)
        if (tick[i].state == TICK_TICKING && tick[i].wish.client == client)
            end(&tick[i]);
}

static struct tick *find_place(void)
{
    for (uint32_t i = 0; i < TICKS_CLIENTS_MAX; i++)
        if (tick[i].state == TICK_FREE)
            return &tick[i];
    return NULL;
}

bool ticks_begin(struct sg_loop *loop, struct sg_handle cpu, const struct tick_wish *wish)
{
    struct tick *self;
    uint64_t now_ns;

    ticks_end(wish->client);
    self = find_place();
    if (self == NULL || sg_cpu_now(cpu, &now_ns) != SG_OK)
        return false;
    *self = (struct tick){.call.done = told,
                          .timer.fire = due,
                          .loop = loop,
                          .cpu = cpu,
                          .wish = *wish,
                          .state = TICK_TICKING};
    sg_loop_timer(loop, now_ns + wish->period_ns, &self->timer);
    return true;
}
