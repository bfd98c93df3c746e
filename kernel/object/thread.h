/* SPDX-License-Identifier: BSD-2-Clause */
/* A thread: registers, what it is bound to, and what it waits for. A bound thread has exactly one
   aspace, cspace, ring and sched; only threads that are READY and have a sched are ever run. */
#pragma once

#include "abi/object.h"
#include "arch/arch.h"
#include "core/cspace.h"
#include "core/list.h"
#include "object/object.h"
#include "object/op.h"

struct aspace;
struct cspace_object;
struct ring;
struct sched;

enum thread_wait {
    WAIT_NONE,     /* not waiting */
    WAIT_REGISTER, /* for its register operation */
    WAIT_ENTER,    /* for completions on its ring */
    WAIT_FAULT,    /* for its supervisor's answer */
};

/* An enter that has not returned. */
struct enter_state {
    uint64_t counts; /* as given: entries to consume | completions to wait for << 32 */
    uint64_t deadline_ns;
    uint32_t first; /* its ring's submit_head when it began */
};

struct thread {
    struct arch_context context; /* first: arch finds it at the thread's address */
    struct aspace *aspace;
    struct cspace_object *cspace;
    struct ring *ring;
    struct sched *home;        /* its own sched; see thread_sched */
    const struct slot *slot;   /* of its cspace, for the short way, */
    uint32_t short_slot_count; /* which looks at so many: all, or 0 if its ring forbids an opcode or
                                  its CPU has to look first (thread_choose_way) */
    struct link in_aspace;
    struct link in_cspace;
    struct capability fault_client; /* type SG_TYPE_NONE: none */
    struct op op;                   /* its register operation */
    struct op held;                 /* the call it received by registers and owes a reply */
    struct enter_state enter;
    struct sg_fault fault;
    uint32_t serves;      /* the endpoint whose `server` it is, or FRAME_NONE */
    uint32_t timer;       /* its timer number while bound */
    uint32_t opcode_mask; /* its ring's */
    union {
        struct {
            uint8_t state;     /* enum sg_thread_state; READY also while it runs */
            uint8_t wait;      /* enum thread_wait */
            bool has_deadline; /* its timer is armed */
            bool
                is_draining; /* its enter was preempted between two batches and goes on when it runs */
        };
        uint32_t status;
    };
};

/* A whole thread.status: no deadline, not draining. */
#define THREAD_STATUS(state, wait) ((uint32_t)(state) | (uint32_t)(wait) << 8)

_Static_assert(sizeof(struct thread) <= PAGE_SIZE, "one frame");

void thread_create(uint32_t head, const struct create_parameters *parameters);
MUST_USE enum sg_status thread_call(struct invocation *invocation);
MUST_USE bool thread_dismantle(uint32_t head);

/* Operations a thread may do on itself without a capability: exit, yield, set TLS. */
MUST_USE enum sg_status thread_call_self(struct invocation *invocation);

/* Makes a waiting thread ready. Its registers already say how the wait ended. */
void thread_wake(struct thread *thread);

/* Makes a running thread wait until thread_wake or, unless it is SG_FOREVER, the deadline. */
void thread_wait(struct thread *thread, enum thread_wait wait, uint64_t deadline_ns);

/* Ends the wait of a thread whose deadline has passed. */
void thread_time_out(struct thread *thread);

/* Sends the thread's fault message to its supervisor, or stops it when there is none. */
void thread_raise_fault(struct thread *thread);

/* Goes on with a thread whose supervisor answered its fault message. */
void thread_answer_fault(struct thread *thread, uint16_t method);

/* Whether some CPU runs a thread: its registers are there and not in its context. */
bool thread_is_current(const struct thread *thread);

/* Stops a thread where it is; its own waits are over, calls it has received stay open. */
void thread_stop(struct thread *thread);

/* One bounded step towards leaving everything it is bound to; true when it is UNBOUND. False for
   ever while a CPU runs it: the thread is stopped and the next attempt finds it gone. */
MUST_USE bool thread_unbind(struct thread *thread);

/* One step of unbinding the threads of a list, by the offset of its link in struct thread; true when
   none is left. */
MUST_USE bool threads_leave(struct link *threads, size_t link_offset);

/* The cspace a thread's handles are looked up in: the beginning of its cspace object. */
static inline struct cspace *thread_cspace(const struct thread *thread)
{
    return (struct cspace *)thread->cspace;
}

/*@ // Who a thread works for, and he for another, at most so many calls away.
    predicate thread_loans{L}(struct thread *thread, integer most) =
      \valid_read(thread) &&
      ((thread->held.flags & OP_LENT) == 0 ||
       most > 0 && \valid_read(thread->held.peer) &&
       thread_loans{L}(thread->held.peer->thread, most - 1));

    // The home of the last of them.
    logic struct sched *thread_loan_home{L}(struct thread *thread, integer most) =
      most > 0 && (thread->held.flags & OP_LENT) != 0
        ? thread_loan_home{L}(thread->held.peer->thread, most - 1)
        : thread->home;
*/

/* Whether a server works on the thread's sched until it answers the thread's call. */
/*@ requires \valid_read(thread);
    assigns \nothing;
    ensures exact: \result != 0 <==> (thread->op.flags & OP_LENT) != 0;
*/
static inline bool thread_has_lent(const struct thread *thread)
{
    return thread->op.flags & OP_LENT;
}

/* The sched a thread runs on: that of the caller it works for, however many calls away (at most
   OP_DEPTH_MAX), or its own; NULL while it has lent it. */
/*@ requires thread_loans(thread, OP_DEPTH_MAX);
    assigns \result \from thread, *thread;
    ensures lent: (thread->op.flags & OP_LENT) != 0 ==> \result == \null;
    ensures end: (thread->op.flags & OP_LENT) == 0 ==>
      \result == thread_loan_home(thread, OP_DEPTH_MAX);
*/
static inline struct sched *thread_sched(const struct thread *thread)
{
    //@ ghost uint32_t left = OP_DEPTH_MAX;
    if (thread_has_lent(thread))
        return NULL;
    /*@ loop invariant 0 <= left <= OP_DEPTH_MAX && thread_loans(thread, left);
        loop invariant thread_loan_home(thread, left) ==
          thread_loan_home(\at(thread, Pre), OP_DEPTH_MAX);
        loop assigns thread, left;
        loop variant left;
    */
    while (thread->held.flags & OP_LENT) {
        thread = thread->held.peer->thread;
        //@ ghost left--;
    }
    return thread->home;
}

/* Writes a register operation's completion where its thread will find it. */
void thread_set_result(struct thread *thread, const struct sg_completion *completion);

/* Writes the status and value of an operation that did not wait there. */
static inline void thread_set_value(struct thread *thread, enum sg_status status, uint64_t value)
{
    struct arch_context *context = &thread->context;

    context->operation = (uint32_t)status;
    context->handle = 0;
    context->deadline = 0;
    context->token = value;
}

/* Puts the return values of enter into the thread's registers. */
void thread_set_enter_result(struct thread *thread, enum sg_status status);

/* Lets a thread whose CPU has looked at it take the short way of system calls, if nothing speaks
   against that. */
void thread_choose_way(struct thread *thread);

/* Binds a stopped, unbound thread; all parts are live and none is dying. */
void thread_bind(struct thread *thread, struct aspace *aspace, struct cspace_object *cspace,
                 struct ring *ring, struct sched *sched, uint32_t timer);
