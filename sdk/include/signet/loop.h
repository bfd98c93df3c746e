/* SPDX-License-Identifier: BSD-2-Clause */
/* The event loop of a thread: everything that may complete is a struct sg_operation, and user_data
   of its submission is the operation's address. Structs given to the loop stay the caller's and
   must live until they are done. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "abi/handle.h"
#include "signet/frames.h"
#include "signet/ring.h"
#include "signet/server.h"
#include "signet/status.h"

struct sg_operation {
    void (*done)(struct sg_operation *operation, const struct sg_completion *completion);
};

struct sg_timer {
    void (*fire)(struct sg_timer *timer); /* may set the timer again */
    uint64_t deadline_ns;
    struct sg_timer *next;
    bool is_set;
};

/* A persistent wait on an irq or a notification. */
struct sg_watch {
    struct sg_operation operation;
    void (*ready)(struct sg_watch *watch, uint64_t count);         /* acknowledges an irq itself */
    void (*failed)(struct sg_watch *watch, enum sg_status status); /* may be NULL */
    struct sg_loop *loop;
    struct sg_handle handle;
    uint16_t method;
};

/* A supervisor's endpoint of faults; the answer says whether the thread runs on. */
struct sg_fault_watch {
    enum sg_fault_reply (*fault)(struct sg_fault_watch *watch, uint64_t badge,
                                 const struct sg_fault *fault);
};

struct sg_loop {
    struct sg_ring *ring;
    struct sg_timer *timers; /* earliest first */
    struct sg_receiver *receivers;
    uint32_t unposted;       /* receivers of which the kernel has nothing */
    struct sg_task *tasks;
    struct sg_timer probe;  /* when tasks are asked for their callers again */
    uint32_t probe_buffer;  /* in the arena, taken with the first task */
    uint32_t in_flight;     /* submitted through the loop and not completed */
    uint32_t held_count;    /* calls held and not answered */
    uint32_t answered;      /* held calls answered, ever */
    struct sg_handle clock; /* a cpu with SG_CPU_NOW, or none: timers may be late under load */
    enum sg_status status;  /* why the loop ended */
    bool stopping;
    bool is_finishing; /* receives no more */
    bool can_probe;    /* probe_buffer is there */
};

/* Makes the loop of the calling thread. */
void sg_loop_init(struct sg_loop *loop, struct sg_ring *ring);
/* Runs until sg_loop_stop (SG_OK) or until a service can receive no more (its status). */
SG_MUST_USE enum sg_status sg_loop_run(struct sg_loop *loop);
/* Waits for one completion or timer, and works off what is there; SG_TIMED_OUT at the deadline. */
SG_MUST_USE enum sg_status sg_loop_step(struct sg_loop *loop, uint64_t deadline_ns);
/* Ends sg_loop_run after the current callback. */
void sg_loop_stop(struct sg_loop *loop);
/* Receives no more, and ends sg_loop_run when the calls that were received have been handled; those
   that are held stay open until the process ends. What calls after that waits for who serves next. */
void sg_loop_finish(struct sg_loop *loop);

/* Submits one entry; operation->done is called with its completion. */
SG_MUST_USE enum sg_status sg_loop_submit(struct sg_loop *loop, struct sg_submission *submission,
                                          struct sg_operation *operation);
/* Sets (or resets) a timer to an absolute monotonic time. */
void sg_loop_timer(struct sg_loop *loop, uint64_t deadline_ns, struct sg_timer *timer);
/* Forgets a timer. */
void sg_loop_timer_cancel(struct sg_loop *loop, struct sg_timer *timer);
/* Calls watch->ready for every interrupt until it fails. */
SG_MUST_USE enum sg_status sg_loop_irq(struct sg_loop *loop, struct sg_handle irq,
                                       struct sg_watch *watch);
/* Calls watch->ready whenever the notification was signalled. */
SG_MUST_USE enum sg_status sg_loop_notification(struct sg_loop *loop, struct sg_handle notification,
                                                struct sg_watch *watch);
/* Receives on an endpoint and answers by the interface's generated dispatch, called with `self`. */
SG_MUST_USE enum sg_status sg_loop_serve(struct sg_loop *loop, struct sg_handle endpoint,
                                         const struct sg_interface *interface, void *self);
/* Receives there no more; calls that are held stay held. */
void sg_loop_close(struct sg_loop *loop, struct sg_handle endpoint);
/* Receives fault messages on an endpoint; calls are answered SG_RPC_UNIMPLEMENTED. */
SG_MUST_USE enum sg_status sg_loop_faults(struct sg_loop *loop, struct sg_handle endpoint,
                                          struct sg_fault_watch *watch);

/* Makes an endpoint on which others tell this process of events, and serves it; sg_endpoint_mint
   makes what they are given to call. */
SG_MUST_USE enum sg_status sg_loop_offer(struct sg_loop *loop, const struct sg_interface *interface,
                                         void *self, struct sg_owned *endpoint);
/* Destroys that endpoint: what others hold of it is dead. */
void sg_loop_withdraw(struct sg_loop *loop, struct sg_owned *endpoint);
