/* SPDX-License-Identifier: BSD-2-Clause */
#include "shutdown.h"

#include <stddef.h>

#include "supervise.h"

static struct init *of_timer(struct sg_timer *timer)
{
    return (struct init *)((char *)timer - offsetof(struct init, shutdown_timer));
}

/* The process that was started last of those that are alive, or 0. */
static struct process *last_alive(struct init *init)
{
    for (uint32_t i = init->order.count; i > 0; i--) {
        struct process *process = &init->process[init->order.process[i - 1]];
        if (process_is_alive(process))
            return process;
    }
    return 0;
}

static void stop_next(struct sg_timer *timer)
{
    struct init *init = of_timer(timer);
    struct process *process = last_alive(init);
    if (!process)
        init->finish(init);
    else if (process->number == init->shutdown_caller)
        supervise_kill(process); /* it waits for its call, and would not hear */
    else
        supervise_stop(process, AFTER_STAY);
}

/* From the loop again: ends of processes that cannot be asked would nest otherwise. */
void shutdown_continue(struct init *init)
{
    init->shutdown_timer.fire = stop_next;
    sg_loop_timer(&init->loop, init_now_ns(init) + 1, &init->shutdown_timer);
}

bool shutdown_is_under_way(const struct init *init)
{
    return init->finish != 0;
}

void shutdown_begin(struct init *init, uint32_t caller, void (*finish)(struct init *init))
{
    for (uint32_t i = 0; i < init->manifest->process_count; i++)
        sg_loop_timer_cancel(&init->loop, &init->process[i].restart_timer);
    init->finish = finish;
    init->shutdown_caller = caller;
    shutdown_continue(init);
}
