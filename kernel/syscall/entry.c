/* SPDX-License-Identifier: BSD-2-Clause */
#include "syscall/entry.h"

#include "object/irq.h"
#include "object/notification.h"
#include "object/sched.h"
#include "syscall/enter.h"
#include "syscall/exchange.h"
#include "syscall/invoke.h"
#include "syscall/lock.h"
#include "syscall/registers.h"
#include "syscall/schedule.h"

struct kernel_lock kernel_lock_state;

#define EXPIRED_MAX 32u /* deadlines served per interrupt */

/* A thread that was preempted between two batches of an enter goes on draining first. */
struct thread *kernel_leave(void)
{
    struct cpu *cpu = arch_cpu();
    struct thread *next = sched_hand_over(cpu);

    if (LIKELY(next != NULL)) {
        if (LIKELY(!cpu->current->context.is_full && !next->context.is_full && cpu->attention == 0))
            arch_exchange(cpu->current, next);
        else
            schedule_switch(cpu, next);
        kernel_unlock();
        return next;
    }
    for (;;) {
        next = schedule(cpu);
        schedule_switch(cpu, next);
        bool is_draining = next != NULL && next->is_draining;
        kernel_unlock();
        if (LIKELY(!is_draining))
            return next;
        arch_interrupt_window(); /* between two batches of an enter interrupts are served */
        kernel_lock();
        if (!cpu->reschedule)
            enter_continue(next);
    }
}

/* Leaves the kernel, to the same thread if nothing speaks against that. */
static inline struct thread *leave(struct cpu *cpu)
{
    if (UNLIKELY(cpu->current == NULL || !schedule_goes_on(cpu, cpu->current)))
        return kernel_leave();
    kernel_unlock();
    return cpu->current;
}

struct thread *kernel_operation(struct thread *current, const struct slot *slot)
{
    if (slot == NULL) {
        kernel_lock();
        if (UNLIKELY(current->state != SG_THREAD_READY))
            return leave(arch_cpu()); /* another CPU has stopped it since it entered */
    }
    /* Messages in an arena go to a waiting server, and back, without anything having to be chosen. */
    uint16_t plain = (uint16_t)current->context.operation;
    struct thread *next = NULL;
    if (slot != NULL || plain == PLAIN(SG_OP_CALL, SG_SUBMIT_ARENA))
        next = exchange_arena_call(current, slot);
    else if ((plain & ~PLAIN(0, SG_SUBMIT_ARENA)) == PLAIN(SG_OP_REPLY, SG_SUBMIT_REARM))
        next = exchange_arena_reply(current);
    if (next != NULL) {
        kernel_unlock();
        return next;
    }
    if (slot != NULL) {
        struct invocation invocation = registers_invocation(
            current, slot, (uint32_t)current->context.operation, current->context.word);

        registers_finish(&invocation, invoke_target(&invocation), SG_FOREVER);
    } else {
        registers_invoke(current);
    }
    return leave(arch_cpu());
}

struct outcome kernel_object(const struct slot *slot, uint64_t operation, const uint64_t *argument)
{
    struct cpu *cpu = arch_cpu();
    struct invocation invocation =
        registers_invocation(cpu->current, slot, (uint32_t)operation, argument);
    enum sg_status status = invoke_object(&invocation);

    if (LIKELY(status != STATUS_PENDING && schedule_goes_on(cpu, cpu->current))) {
        kernel_unlock();
        return (struct outcome){.status = (uint32_t)status, .value = invocation.value};
    }
    registers_finish(&invocation, status, SG_FOREVER);
    return (struct outcome){.status = OUTCOME_LEAVE};
}

struct thread *kernel_fault(struct thread *current, uint32_t cause, uint64_t code, uint64_t address)
{
    kernel_lock();
    if (UNLIKELY(current->state != SG_THREAD_READY))
        return leave(arch_cpu());
    current->fault = (struct sg_fault){.cause = cause, .code = code, .address = address};
    arch_context_describe(&current->context, &current->fault);
    thread_raise_fault(current);
    return leave(arch_cpu());
}

/* Takes the lock and notes an interrupt: the thread to be woken for it, or NULL. */
static NOINLINE struct thread *deliver(uint32_t number)
{
    kernel_lock();
    return irq_deliver(arch_irq_arrived(number));
}

void kernel_interrupt(uint32_t number)
{
    struct thread *woken = deliver(number);

    if (woken != NULL)
        thread_wake(woken);
    kernel_unlock();
}

struct thread *kernel_interrupt_user(uint32_t number)
{
    struct cpu *cpu = arch_cpu();
    struct thread *woken = deliver(number);

    if (LIKELY(woken != NULL && sched_preempt(cpu, woken))) {
        schedule_switch(cpu, woken);
        kernel_unlock();
        return woken;
    }
    if (woken != NULL)
        thread_wake(woken);
    return leave(cpu);
}

void kernel_timer(void)
{
    struct cpu *cpu = arch_cpu();
    uint64_t now_ns = arch_now_ns();

    kernel_lock();
    cpu->armed_ns = UINT64_MAX;
    cpu->timer_stale = true;
    cpu->has_alerted = cpu->alerted != 0;
    for (uint32_t i = 0; i < EXPIRED_MAX && machine.timers.armed > 0; i++) {
        uint32_t timer = timers_first(&machine.timers);

        if (machine.timers.deadline[timer] > now_ns)
            break;
        timers_cancel(&machine.timers, timer);
        if (timer < REFILLS_FIRST)
            thread_time_out(machine.timer_thread[timer]);
        else
            sched_reconsider(machine.timer_thread[timer - REFILLS_FIRST]->home);
    }
    if (sched_next_event_ns(cpu) <= now_ns)
        cpu->reschedule = true;
    kernel_unlock();
}

struct thread *kernel_next(void)
{
    kernel_lock();
    return leave(arch_cpu());
}
