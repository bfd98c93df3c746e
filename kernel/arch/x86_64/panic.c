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

static void print_code(uint64_t address)
{
    console_print("  0x%lx", address);
    symbols_print(address);
    console_print("\n");
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
    console_print("backtrace:\n");
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
    console_print("%s: frame %u", what, head);
    if (machine.frames.table != NULL && head < machine.frames.count)
        console_print(" type %u", machine.frames.table[head].type);
    console_print("\n");
}

static void print_work(void)
{
    const struct thread *current = arch_cpu() == NULL ? NULL : arch_cpu()->current;

    if (current != NULL)
        print_object("thread", arch_pointer_frame(current));
    if (machine.current_object != FRAME_NONE)
        print_object("object", machine.current_object);
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
        console_print("%s0x%lx", register_names[i], value[i]);
    console_print("\nrip 0x%lx  rsp 0x%lx  rflags 0x%lx\n", frame->rip, frame->rsp, frame->rflags);
    console_print("cr2 0x%lx  cr3 0x%lx  error 0x%lx\n", x86_read_cr2(), x86_read_cr3(),
                  frame->error);
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
    console_print("\npanic: %s", cause);
}

void panic_exception(const char *cause, const struct trap_frame *frame)
{
    begin(cause);
    console_print(" (vector %lu)\n", frame->vector);
    print_work();
    print_registers(frame);
    print_backtrace(frame->rip, frame->rbp);
    stop();
}

/* The end of a panic that C code called for: frame is its caller's saved frame pointer and what it would
   return to. */
static NORETURN void finish(const uint64_t *frame)
{
    console_print("\n");
    print_work();
    print_backtrace(frame[1] - 1, frame[0]);
    stop();
}

void arch_panic(const char *cause, ...)
{
    va_list arguments;

    begin("");
    va_start(arguments, cause);
    console_print_list(cause, arguments);
    finish(__builtin_frame_address(0));
}

void assert_failed(const char *condition, const char *file, int line)
{
    begin("assertion failed: ");
    console_print("%s (%s:%u)", condition, file, (uint32_t)line);
    finish(__builtin_frame_address(0));
}

void panic_refuse(const char *cause)
{
    console_print("signet: refused: %s\n", cause);
    stop();
}
