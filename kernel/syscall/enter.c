/* SPDX-License-Identifier: BSD-2-Clause */
#include "syscall/enter.h"

#include "object/ring.h"
#include "syscall/invoke.h"
#include "syscall/lock.h"
#include "syscall/registers.h"
#include "syscall/schedule.h"

/* Consumes the next submission, of which the first words have been read, and posts its completion unless
   that is still owed. */
static inline void consume(struct thread *thread, struct ring *ring, const uint64_t *word,
                           const struct sg_submission *submission)
{
    struct sg_completion completion = {.user_data = word[2]};
    enum sg_status status =
        invocation_check((uint32_t)word[0], word[1] >> 32, thread->opcode_mask, HEADER_RESERVED);

    ring_take(&ring->queues);
    if (LIKELY(status == SG_OK)) {
        struct invocation invocation;
        uint64_t argument[5];

        __builtin_memcpy(&invocation, word, INVOCATION_WORDS * sizeof(*word));
        shared_fetch(argument, submission, INVOCATION_WORDS, INVOCATION_WORDS + 5);
        invocation.argument = argument;
        invocation.thread = thread;
        invocation.ring = ring;
        invocation.value = 0;
        status = invoke(&invocation);
        if (status == STATUS_PENDING)
            return;
        completion.badge = invocation.value;
    }
    completion.result = status;
    ring_post(&ring->queues, &completion);
}

/* Reads the first words of a submission, each once; whether it is a NOP, and may be. */
static inline bool read_nop(const struct sg_submission *submission, uint32_t nop, uint64_t *word)
{
    shared_fetch(word, submission, 0, INVOCATION_WORDS);
    return invocation_is_nop((uint32_t)word[0], word[1] >> 32, nop);
}

/* Consumes a run until its end, or until an entry was work, or had more to do with the ring than its own
   completion, or has made the thread no longer its own master. NOPs need no more than a look. */
static inline void consume_run(struct thread *thread, struct ring *ring, struct ring_run run)
{
    struct ring_queues *queues = &ring->queues;
    const struct sg_submission *submission = run.submission;
    const struct sg_submission *end = submission + run.count;
    uint32_t nop = thread->opcode_mask & 1u << SG_OP_NOP ? SG_OP_NOP : UINT32_MAX;
    uint64_t word[INVOCATION_WORDS];
    uint32_t tail;

    do {
        if (read_nop(submission, nop, word)) {
            const struct sg_submission *first = submission;
            struct sg_completion *completion = ring_place(queues);

            do
                shared_post(completion++, &(struct sg_completion){.user_data = word[2]});
            while (++submission != end && read_nop(submission, nop, word));
            ring_answered(queues, (uint32_t)(submission - first));
            if (submission == end)
                return;
        }
        tail = queues->complete_tail;
        consume(thread, ring, word, submission);
    } while (++submission != end &&
             LIKELY(index_lead(queues->complete_tail, tail) <= 1 && arch_cpu()->work < WORK_ENTRY &&
                    thread->state == SG_THREAD_READY));
}

/* Consumes one batch: SG_OK when nothing is left to do, SG_AGAIN after a full batch or one entry that
   was work enough for it, SG_BAD_RING. A submission whose completion cannot be reserved stays in the queue. */
static inline enum sg_status drain(struct thread *thread, struct ring *ring, uint32_t submit_left)
{
    struct ring_queues *queues = &ring->queues;
    uint32_t first = queues->submit_head, done = 0, pending;
    enum sg_status status = ring_pending(queues, &pending);
    struct ring_run run;

    if (UNLIKELY(status != SG_OK))
        return status;
    pending = minimum(pending, submit_left);
    arch_cpu()->work = 0;
    for (uint32_t end = minimum(pending, SG_DRAIN_MAX);
         done < end && (status = ring_next(queues, end - done, &run)) == SG_OK;
         end = minimum(pending, batch_end(arch_cpu()))) {
        consume_run(thread, ring, run);
        done = index_lead(queues->submit_head, first);
        if (LIKELY(done == pending) || thread->state != SG_THREAD_READY)
            break;
    }
    ring_publish(queues);
    if (UNLIKELY(status != SG_OK))
        return status == SG_LIMIT ? SG_OK : status;
    return UNLIKELY(done < pending) ? SG_AGAIN : SG_OK;
}

/* Has a thread whose enter does not return at once, or was interrupted before, drain on when it runs next
   (SG_AGAIN), or wait for completions, or find what it returns in its registers. */
static NOINLINE struct outcome settle(uint64_t counts, uint64_t deadline_ns, uint32_t first,
                                      struct thread *thread, enum sg_status status)
{
    uint32_t unread;

    if (thread->state == SG_THREAD_READY) {
        thread->enter = (struct enter_state){counts, deadline_ns, first};
        thread->is_draining = status == SG_AGAIN;
        if (status == SG_OK)
            status = ring_unread(&thread->ring->queues, &unread);
        if (status == SG_OK && unread < counts >> 32)
            status = deadline_ns == SG_FOREVER || deadline_ns > arch_now_ns() ? STATUS_PENDING
                                                                              : SG_TIMED_OUT;
        if (status == STATUS_PENDING)
            thread_wait(thread, WAIT_ENTER, deadline_ns);
        else if (status != SG_AGAIN)
            thread_set_enter_result(thread, status);
    }
    return (struct outcome){.status = OUTCOME_LEAVE};
}

struct outcome kernel_enter(uint64_t counts, uint64_t time_ns, uint64_t operation,
                            struct thread *thread)
{
    uint32_t flags = (uint32_t)operation >> 8;
    enum sg_status status = SG_BAD_ARGUMENT;
    uint32_t unread;

    kernel_lock();
    struct ring *ring = thread->ring;
    uint32_t first = ring->queues.submit_head, left = (uint32_t)counts;
    if (UNLIKELY(thread->status != THREAD_STATUS(SG_THREAD_READY, WAIT_NONE))) {
        if (!thread->is_draining) /* another CPU has stopped it since it entered */
            return (struct outcome){.status = OUTCOME_LEAVE};
        first = thread->enter.first;
        left -= index_lead(ring->queues.submit_head, first);
    }
    uint64_t deadline_ns = LIKELY(flags == 0) ? SG_FOREVER : deadline_of(flags, time_ns);
    if (LIKELY(!(flags & ~(uint32_t)(SG_CALL_UNTIL | SG_CALL_RELATIVE)) &&
               counts >> 32 <= ring->queues.completion_count))
        status = drain(thread, ring, left);
    if (UNLIKELY(status != SG_OK || ring_unread(&ring->queues, &unread) != SG_OK ||
                 unread < counts >> 32 || !schedule_goes_on(arch_cpu(), thread)))
        return settle(counts, deadline_ns, first, thread, status);
    kernel_unlock();
    uint32_t consumed = index_lead(ring->queues.submit_head, first);
    return (struct outcome){.status = SG_OK, .value = consumed | (uint64_t)unread << 32};
}

RARELY void enter_continue(struct thread *thread)
{
    const struct enter_state *enter = &thread->enter;

    kernel_unlock();
    /* A thread that drains on, or was stopped meanwhile, always leaves by kernel_leave, with the lock held. */
    (void)kernel_enter(enter->counts, enter->deadline_ns, HEADER_FLAGS(SG_CALL_UNTIL), thread);
}
