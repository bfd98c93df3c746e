/* SPDX-License-Identifier: BSD-2-Clause */
#include "signet/object.h"

#include <stddef.h>

#include "signet/syscall.h"

static enum sg_status operate(enum sg_opcode opcode, struct sg_handle target, uint32_t method,
                              struct sg_registers *registers)
{
    registers->operation = sg_operation_word(opcode, sg_until(registers->deadline_ns), method, 0);
    registers->handle = sg_handle_word(target);
    registers->token = 0;
    sg_invoke(registers);
    int32_t result = sg_registers_result(registers);
    return result < 0 ? (enum sg_status)result : SG_OK;
}

/* Calls until the object has no bounded step left to do. */
static enum sg_status call(struct sg_handle target, uint32_t method, struct sg_registers arguments,
                           uint64_t *value)
{
    struct sg_registers registers;
    enum sg_status status;

    if (arguments.deadline_ns == 0)
        arguments.deadline_ns = SG_FOREVER;
    do {
        registers = arguments;
        status = operate(SG_OP_CALL, target, method, &registers);
    } while (status == SG_AGAIN);
    if (status == SG_OK && value != NULL)
        *value = registers.handle;
    return status;
}

static enum sg_status call_for_handle(struct sg_handle target, uint32_t method,
                                      struct sg_registers arguments, struct sg_handle *handle)
{
    uint64_t word;
    enum sg_status status = call(target, method, arguments, &word);

    if (status == SG_OK)
        *handle = sg_handle_from_word(word);
    return status;
}

#define ARGUMENTS(...) ((struct sg_registers){.word = {__VA_ARGS__}})
#define NO_ARGUMENTS ((struct sg_registers){0})

enum sg_status sg_copy(struct sg_handle handle, uint64_t rights, struct sg_handle cspace,
                       struct sg_handle *copy)
{
    return call_for_handle(handle, SG_COPY, ARGUMENTS(rights, sg_handle_word(cspace)), copy);
}

enum sg_status sg_move(struct sg_handle handle, uint64_t rights, struct sg_handle cspace,
                       struct sg_handle *moved)
{
    return call_for_handle(handle, SG_MOVE, ARGUMENTS(rights, sg_handle_word(cspace)), moved);
}

enum sg_status sg_lease(struct sg_handle handle, uint64_t rights, struct sg_handle untyped,
                        uint64_t offset, struct sg_handle *lease)
{
    return call_for_handle(handle, SG_LEASE, ARGUMENTS(rights, sg_handle_word(untyped), offset),
                           lease);
}

enum sg_status sg_lease_derive(struct sg_handle lease, uint64_t rights, struct sg_handle *derived)
{
    return call_for_handle(lease, SG_LEASE_DERIVE, ARGUMENTS(rights), derived);
}

enum sg_status sg_destroy(struct sg_handle handle)
{
    return call(handle, SG_DESTROY, NO_ARGUMENTS, NULL);
}

enum sg_status sg_info(struct sg_handle handle, enum sg_info selector, uint64_t *value)
{
    return call(handle, SG_INFO, ARGUMENTS(selector), value);
}

enum sg_status sg_release(struct sg_handle handle)
{
    return call(handle, SG_RELEASE, NO_ARGUMENTS, NULL);
}

enum sg_status sg_untyped_create(struct sg_handle untyped, enum sg_type type, uint64_t offset,
                                 const uint64_t parameter[3], struct sg_handle *object)
{
    return call_for_handle(untyped, SG_UNTYPED_CREATE,
                           ARGUMENTS(type, offset, parameter[0], parameter[1], parameter[2]),
                           object);
}

enum sg_status sg_untyped_split(struct sg_handle untyped, uint64_t offset, struct sg_handle *child)
{
    return call_for_handle(untyped, SG_UNTYPED_SPLIT, ARGUMENTS(offset), child);
}

enum sg_status sg_untyped_grant(struct sg_handle untyped, struct sg_handle child, uint64_t count)
{
    while (count != 0) {
        uint64_t step = count < SG_GRANT_MAX ? count : SG_GRANT_MAX;
        uint64_t moved;
        enum sg_status status =
            call(untyped, SG_UNTYPED_GRANT, ARGUMENTS(sg_handle_word(child), step), &moved);

        if (status != SG_OK)
            return status;
        if (moved == 0 || moved > step)
            return SG_NO_FRAMES;
        count -= moved;
    }
    return SG_OK;
}

enum sg_status sg_cspace_delete(struct sg_handle cspace, struct sg_handle inner)
{
    return call(cspace, SG_CSPACE_DELETE, ARGUMENTS(sg_handle_word(inner)), NULL);
}

enum sg_status sg_cspace_read(struct sg_handle cspace, uint32_t index, enum sg_slot_field field,
                              uint64_t *value)
{
    return call(cspace, SG_CSPACE_READ, ARGUMENTS(index, field), value);
}

enum sg_status sg_aspace_map(struct sg_handle aspace, struct sg_handle memory, uint64_t address,
                             uint32_t first_page, uint32_t page_count, uint32_t permissions,
                             uint32_t *region)
{
    uint64_t pages = first_page | (uint64_t)page_count << 32;
    uint64_t number;
    enum sg_status status =
        call(aspace, SG_ASPACE_MAP, ARGUMENTS(sg_handle_word(memory), address, pages, permissions),
             &number);

    if (status == SG_OK)
        *region = (uint32_t)number;
    return status;
}

enum sg_status sg_aspace_unmap(struct sg_handle aspace, uint32_t region)
{
    return call(aspace, SG_ASPACE_UNMAP, ARGUMENTS(region), NULL);
}

enum sg_status sg_thread_bind(struct sg_handle thread, const struct sg_thread_binding *binding)
{
    return call(thread, SG_THREAD_BIND,
                ARGUMENTS(sg_handle_word(binding->aspace), sg_handle_word(binding->cspace),
                          sg_handle_word(binding->ring), sg_handle_word(binding->sched),
                          sg_handle_word(binding->fault)),
                NULL);
}

enum sg_status sg_thread_start(struct sg_handle thread, uint64_t entry, uint64_t stack,
                               uint64_t argument, uint64_t tls)
{
    enum sg_status status;

    do /* the CPU that ran it before may not have let go of it */
        status = call(thread, SG_THREAD_START, ARGUMENTS(entry, stack, argument, tls), NULL);
    while (status == SG_AGAIN);
    return status;
}

enum sg_status sg_thread_stop(struct sg_handle thread)
{
    return call(thread, SG_THREAD_STOP, NO_ARGUMENTS, NULL);
}

_Noreturn void sg_thread_exit(uint64_t code)
{
    for (;;)
        (void)call(SG_HANDLE_NONE, SG_THREAD_EXIT, ARGUMENTS(code), NULL);
}

void sg_thread_yield(void)
{
    (void)call(SG_HANDLE_NONE, SG_THREAD_YIELD, NO_ARGUMENTS, NULL);
}

enum sg_status sg_thread_set_tls(uint64_t base)
{
    return call(SG_HANDLE_NONE, SG_THREAD_SET_TLS, ARGUMENTS(base), NULL);
}

enum sg_status sg_sched_lower(struct sg_handle sched, enum sg_class class, uint32_t weight)
{
    return call(sched, SG_SCHED_LOWER, ARGUMENTS(class, weight), NULL);
}

enum sg_status sg_cpu_place(struct sg_handle cpu, struct sg_handle sched,
                            const struct sg_placement *placement)
{
    uint64_t share = (uint64_t)placement->weight << 32 | placement->class;

    return call(cpu, SG_CPU_PLACE,
                ARGUMENTS(sg_handle_word(sched), share, placement->budget_ns, placement->period_ns),
                NULL);
}

enum sg_status sg_cpu_pin(struct sg_handle cpu, struct sg_handle sched)
{
    return call(cpu, SG_CPU_PIN, ARGUMENTS(sg_handle_word(sched)), NULL);
}

enum sg_status sg_cpu_keep(struct sg_handle cpu, struct sg_handle sched)
{
    enum sg_status status;

    do
        status = call(cpu, SG_CPU_KEEP, ARGUMENTS(sg_handle_word(sched)), NULL);
    while (status == SG_AGAIN);
    return status;
}

enum sg_status sg_cpu_share(struct sg_handle cpu)
{
    return call(cpu, SG_CPU_SHARE, NO_ARGUMENTS, NULL);
}

enum sg_status sg_cpu_now(struct sg_handle cpu, uint64_t *now_ns)
{
    return call(cpu, SG_CPU_NOW, NO_ARGUMENTS, now_ns);
}

enum sg_status sg_cpu_record(struct sg_handle cpu, uint32_t kinds)
{
    return call(cpu, SG_CPU_RECORD, ARGUMENTS(kinds), NULL);
}

enum sg_status sg_endpoint_mint(struct sg_handle endpoint, uint64_t badge, uint64_t rights,
                                struct sg_handle *client)
{
    return call_for_handle(endpoint, SG_ENDPOINT_MINT, ARGUMENTS(badge, rights), client);
}

enum sg_status sg_notification_signal(struct sg_handle notification)
{
    return call(notification, SG_NOTIFICATION_SIGNAL, NO_ARGUMENTS, NULL);
}

/* A deadline of 0 polls, so it must not be taken for one left out. */
static enum sg_status wait_until(struct sg_handle target, uint32_t method, uint64_t deadline_ns,
                                 uint64_t *count)
{
    struct sg_registers registers = {.deadline_ns = deadline_ns};
    enum sg_status status = operate(SG_OP_CALL, target, method, &registers);

    if (status == SG_OK)
        *count = registers.handle;
    return status;
}

enum sg_status sg_notification_wait(struct sg_handle notification, uint64_t deadline_ns,
                                    uint64_t *count)
{
    return wait_until(notification, SG_NOTIFICATION_WAIT, deadline_ns, count);
}

enum sg_status sg_irq_wait(struct sg_handle irq, uint64_t deadline_ns, uint64_t *count)
{
    return wait_until(irq, SG_IRQ_WAIT, deadline_ns, count);
}

enum sg_status sg_irq_ack(struct sg_handle irq)
{
    return call(irq, SG_IRQ_ACK, NO_ARGUMENTS, NULL);
}

enum sg_status sg_ioport_in(struct sg_handle ioport, uint16_t port, uint32_t width, uint32_t *value)
{
    uint64_t word;
    enum sg_status status = call(ioport, SG_IOPORT_IN, ARGUMENTS(port, width), &word);

    if (status == SG_OK)
        *value = (uint32_t)word;
    return status;
}

enum sg_status sg_ioport_out(struct sg_handle ioport, uint16_t port, uint32_t width, uint32_t value)
{
    return call(ioport, SG_IOPORT_OUT, ARGUMENTS(port, width, value), NULL);
}

enum sg_status sg_futex_wait(struct sg_handle memory, uint64_t offset, uint32_t expected,
                             uint64_t deadline_ns)
{
    struct sg_registers registers = {.deadline_ns = deadline_ns, .word = {offset, expected}};

    return operate(SG_OP_WAIT, memory, SG_MEMORY_WAIT, &registers);
}

enum sg_status sg_futex_wake(struct sg_handle memory, uint64_t offset, uint32_t count,
                             uint32_t *woken)
{
    struct sg_registers registers = {.deadline_ns = SG_FOREVER, .word = {offset, count}};
    enum sg_status status = operate(SG_OP_WAKE, memory, SG_MEMORY_WAKE, &registers);

    if (status == SG_OK)
        *woken = (uint32_t)registers.handle;
    return status;
}
