/* SPDX-License-Identifier: BSD-2-Clause */
/* Contexts, time, interrupts, ports and the end of the machine in a Linux process. */
#include "host.h"

#include "object/machine.h"
#include "object/thread.h"
#include "syscall/entry.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

uint8_t *host_memory;
uint32_t host_frame_count;
struct cpu *host_cpu = &cpus[0];
struct host host;

void host_start(uint32_t frame_count)
{
    void (*fail)(const char *text) = host.fail;
    size_t size = (size_t)frame_count * PAGE_SIZE;

    host = (struct host){.fail = fail};
    for (uint32_t i = 0; i < CPUS_MAX; i++)
        host.cpu[i].armed_ns = UINT64_MAX;
    host_be(0);
    host_memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (host_memory == MAP_FAILED)
        host_failed("no memory for %u frames", frame_count);
    host_frame_count = frame_count;
    memset(host_memory, 0xa5, size);
}

void host_stop(void)
{
    munmap(host_memory, (size_t)host_frame_count * PAGE_SIZE);
    host_memory = NULL;
    host_frame_count = 0;
}

NORETURN void host_failed(const char *format, ...)
{
    static char text[512];
    va_list arguments;

    host.has_failed = true;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    if (host.fail != NULL)
        host.fail(text);
    fprintf(stderr, "%s\n", text);
    abort();
}

NORETURN void arch_panic(const char *cause, ...)
{
    static char text[512];
    va_list arguments;

    va_start(arguments, cause);
    vsnprintf(text, sizeof(text), cause, arguments);
    va_end(arguments);
    host.panic_cause = text;
    host_failed("kernel panic: %s", text);
}

NORETURN void assert_failed(const char *condition, const char *file, int line)
{
    host.panic_cause = condition;
    host_failed("kernel assertion: expected %s at %s:%d", condition, file, line);
}

void arch_context_start(struct arch_context *context, uint64_t ip, uint64_t sp, uint64_t argument)
{
    *context = (struct arch_context){
        .is_full = true, .tables = context->tables, .ip = ip, .sp = sp, .argument = argument};
}

void arch_context_set_tls(struct arch_context *context, uint64_t base)
{
    context->tls = base;
}

void arch_context_set_tables(struct arch_context *context, const struct page_tables *tables)
{
    context->tables = tables;
}

void arch_context_describe(const struct arch_context *context, struct sg_fault *fault)
{
    fault->rip = context->ip;
    fault->rsp = context->sp;
    fault->rdi = context->argument;
}

void host_be(uint32_t number)
{
    host_cpu = &cpus[number];
}

void arch_switch(struct thread *previous, struct thread *next)
{
    const struct page_tables *tables = next != NULL ? next->context.tables : NULL;
    struct host_processor *self = host_self();

    ASSERT(previous == self->running);
    for (uint32_t i = 0; i < machine.cpu_count; i++)
        ASSERT(next == NULL || &host.cpu[i] == self || host.cpu[i].running != next);
    if (tables != self->tables)
        self->tlb_count = 0;
    self->tables = tables;
    self->running = next;
    host.switches++;
}

void arch_exchange(struct thread *previous, struct thread *next)
{
    arch_cpu()->current = next;
    arch_switch(previous, next);
}

/* There is nothing to jump to: the registers are in current's context already. */
struct exchange arch_long_way(EXCHANGE_PARAMETERS)
{
    const struct arch_context *context = &current->context;

    ASSERT(context->operation == operation && context->handle == handle &&
           context->word[0] == word0 && context->word[1] == word1);
    (void)token; /* that, and the deadline, where they have a meaning */
    (void)deadline;
    return (struct exchange){.thread = NULL};
}

struct exchange arch_call_way(EXCHANGE_PARAMETERS)
{
    struct exchange exchange = arch_long_way(operation, current, 0, handle, deadline, word0, word1);

    exchange.value = token;
    return exchange;
}

struct exchange arch_leave_way(EXCHANGE_PARAMETERS)
{
    (void)operation; /* all registers are in the context of */
    (void)current;
    (void)token;
    (void)handle;
    (void)deadline;
    (void)word0;
    (void)word1;
    return (struct exchange){.operation = OUTCOME_LEAVE};
}

static struct exchange come_back(struct thread *current, struct outcome outcome, uint64_t word0,
                                 uint64_t word1)
{
    return (struct exchange){.operation = outcome.status,
                             .thread = outcome.status == OUTCOME_LEAVE ? NULL : current,
                             .value = outcome.value,
                             .word0 = word0,
                             .word1 = word1};
}

struct exchange arch_object_way(EXCHANGE_PARAMETERS)
{
    const struct slot *slot = (const struct slot *)token;
    (void)arch_long_way(operation, current, 0, handle, deadline, word0, word1);
    struct outcome outcome = kernel_object(slot, operation, current->context.word);

    return come_back(current, outcome, word0, word1);
}

struct exchange arch_enter_way(EXCHANGE_PARAMETERS)
{
    (void)arch_long_way(operation, current, token, handle, deadline, word0, word1);
    struct outcome outcome = kernel_enter(handle, deadline, operation, current);

    return come_back(current, outcome, word0, word1);
}

uint64_t arch_now_ns(void)
{
    return host.now_ns;
}

void arch_timer_arm(uint64_t deadline_ns)
{
    host_self()->armed_ns = deadline_ns;
}

enum sg_status arch_irq_open(uint32_t line, enum sg_irq_trigger trigger)
{
    if (line >= HOST_LINES)
        return SG_BAD_ARGUMENT;
    if (host.line[line].is_open)
        return SG_BUSY;
    host.line[line] = (struct host_line){true, true, false, trigger};
    return SG_OK;
}

void arch_irq_close(uint32_t line)
{
    ASSERT(host.line[line].is_open && host.line[line].is_masked);
    host.line[line].is_open = false;
}

void arch_irq_mask(uint32_t line)
{
    host.line[line].is_masked = true;
}

void arch_irq_unmask(uint32_t line)
{
    ASSERT(host.line[line].is_open);
    host.line[line].is_masked = false;
}

void host_raise(uint32_t line)
{
    host.line[line].is_pending = true;
    host_deliver_pending();
}

void host_deliver_pending(void)
{
    for (uint32_t i = 0; i < HOST_LINES; i++) {
        struct host_line *line = &host.line[i];

        if (!line->is_open || line->is_masked || !line->is_pending)
            continue;
        line->is_pending = false;
        kernel_interrupt(i);
    }
}

uint32_t arch_port_in(uint16_t port, uint32_t width)
{
    uint32_t value = 0;

    host.port_accesses++;
    for (uint32_t i = 0; i < width; i++)
        value |= (uint32_t)host.port[port + i] << 8 * i;
    return value;
}

void arch_port_out(uint16_t port, uint32_t width, uint32_t value)
{
    host.port_accesses++;
    for (uint32_t i = 0; i < width; i++)
        host.port[port + i] = (uint8_t)(value >> 8 * i);
}

void arch_interrupt_window(void)
{
    void (*happens)(void) = host.window;

    host.windows++;
    host.window = NULL;
    host_self()->is_in_window = true;
    if (happens != NULL)
        happens();
    host_self()->is_in_window = false;
    host_deliver_pending();
    host_self()->is_nudged = false;
    if (host_self()->armed_ns <= host.now_ns) {
        host_self()->armed_ns = UINT64_MAX;
        kernel_timer();
    }
}

uint32_t arch_irq_arrived(uint32_t number)
{
    host.line[number].is_masked = true;
    return number;
}

void arch_nudge(uint32_t cpu)
{
    ASSERT(&cpus[cpu] != host_cpu);
    host.cpu[cpu].is_nudged = true;
}

void host_deliver_nudges(void)
{
    uint32_t self = host_cpu->number;

    for (uint32_t i = 0; i < machine.cpu_count; i++) {
        if (!host.cpu[i].is_nudged)
            continue;
        host.cpu[i].is_nudged = false;
        host_be(i);
        if (kernel_next() != host_cpu->current)
            host_failed("left the kernel for another thread than the CPU's");
        host_be(self);
        i = UINT32_MAX; /* it may have interrupted others in turn */
    }
}
