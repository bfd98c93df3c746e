/* SPDX-License-Identifier: BSD-2-Clause */
#include "arch/x86_64/panic.h"

#include "arch/x86_64/apic.h"
#include "arch/x86_64/area.h"
#include "arch/x86_64/console.h"
#include "arch/x86_64/symbols.h"
#include "arch/x86_64/x86.h"
#include "object/machine.h"

#define BACKTRACE_MAX 16u

static NORETURN void stop(void)
{
    x86_out8(PANIC_PORT, PANIC_STATUS);
    for (;;)
        __asm__ volatile("cli; hlt");
}

static struct area *panicking;

void panic_stop_if_another_panics(void)
{
    const struct area *who = __atomic_load_n(&panicking, __ATOMIC_ACQUIRE);

    while (who != NULL && who != area_self())
        __asm__ volatile("cli; hlt");
}

static void print_register(const char *name, uint64_t value)
{
    console_text(name);
    console_hex(value);
}

static void print_code(uint64_t address)
{
    console_text("  ");
    console_hex(address);
    symbols_print(address);
    console_text("\n");
}

static bool is_on_stack(uint64_t address)
{
    uint64_t start = (uint64_t)area_stacks((uint32_t)(area_self() - areas));

    return address % 8 == 0 && address >= start &&
           address <= start + sizeof(struct area_stacks) - 16;
}

/* Follows saved frame pointers, each above the last, while they stay on the kernel's stacks. After the
   first, addresses are the last byte of a call: where a call that never returns comes back to may
   belong to another function. */
static void print_backtrace(uint64_t rip, uint64_t rbp)
{
    console_text("backtrace:\n");
    print_code(rip);
    for (uint32_t i = 0; i < BACKTRACE_MAX && is_on_stack(rbp); i++) {
        const uint64_t *frame = (const uint64_t *)rbp;

        if (!symbols_is_code(frame[1]))
            break;
        print_code(frame[1] - 1);
        if (frame[0] <= rbp)
            break;
        rbp = frame[0];
    }
}

static void print_object(const char *what, uint32_t head)
{
    console_text(what);
    console_decimal(head);
    if (machine.frames.table != NULL && head < machine.frames.count) {
        console_text(" type ");
        console_decimal(machine.frames.table[head].type);
    }
    console_text("\n");
}

static void print_work(void)
{
    const struct thread *current = arch_cpu() == NULL ? NULL : arch_cpu()->current;

    if (current != NULL)
        print_object("thread: frame ", arch_pointer_frame(current));
    if (machine.current_object != FRAME_NONE)
        print_object("object: frame ", machine.current_object);
}

/* In the order of struct trap_frame. */
static const char *const register_names[] = {
    "r15 ",   "  r14 ", "  r13 ", "\nr12 ", "  r11 ", "  r10 ", "\nr9  ", "  r8  ",
    "  rbp ", "\nrdi ", "  rsi ", "  rdx ", "\nrcx ", "  rbx ", "  rax ",
};

static void print_registers(const struct trap_frame *frame)
{
    const uint64_t *value = &frame->r15;

    for (uint32_t i = 0; i < sizeof(register_names) / sizeof(register_names[0]); i++)
        print_register(register_names[i], value[i]);
    print_register("\nrip ", frame->rip);
    print_register("  rsp ", frame->rsp);
    print_register("  rflags ", frame->rflags);
    print_register("\ncr2 ", x86_read_cr2());
    print_register("  cr3 ", x86_read_cr3());
    print_register("  error ", frame->error);
    console_text("\n");
}

/* The first CPU that panics stops the others; a second panic of its own is the end at once. */
static void begin(const char *cause)
{
    struct area *nobody = NULL;

    __asm__ volatile("cli");
    if (!__atomic_compare_exchange_n(&panicking, &nobody, area_self(), false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_ACQUIRE)) {
        panic_stop_if_another_panics();
        stop();
    }
    apic_stop_others();
    x86_out8(PVPANIC_PORT, PVPANIC_PANICKED);
    console_init();
    console_text("\npanic: ");
    console_text(cause);
}

void panic_exception(const char *cause, const struct trap_frame *frame)
{
    begin(cause);
    console_text(" (vector ");
    console_decimal(frame->vector);
    console_text(")\n");
    print_work();
    print_registers(frame);
    print_backtrace(frame->rip, frame->rbp);
    stop();
}

/* The end of a panic that C code called for: frame is its caller's saved frame pointer and what it would
   return to. */
static NORETURN void finish(const uint64_t *frame)
{
    console_text("\n");
    print_work();
    print_backtrace(frame[1] - 1, frame[0]);
    stop();
}

void arch_panic(const char *cause)
{
    begin(cause);
    finish(__builtin_frame_address(0));
}

void assert_failed(const char *condition, const char *file, int line)
{
    begin("assertion failed: ");
    console_text(condition);
    console_text(" (");
    console_text(file);
    console_text(":");
    console_decimal((uint64_t)(uint32_t)line);
    console_text(")");
    finish(__builtin_frame_address(0));
}

void panic_refuse(const char *cause)
{
    console_text("signet: refused: ");
    console_text(cause);
    console_text("\n");
    stop();
}
