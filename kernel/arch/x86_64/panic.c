/* SPDX-License-Identifier: BSD-2-Clause */
#include "arch/x86_64/panic.h"

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
    return address % 8 == 0 && address >= (uint64_t)&boot_stacks &&
           address <= (uint64_t)(&boot_stacks + 1) - 16;
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

static void print_registers(const struct trap_frame *frame)
{
    print_register("rax ", frame->rax);
    print_register("  rbx ", frame->rbx);
    print_register("  rcx ", frame->rcx);
    print_register("\nrdx ", frame->rdx);
    print_register("  rsi ", frame->rsi);
    print_register("  rdi ", frame->rdi);
    print_register("\nrbp ", frame->rbp);
    print_register("  rsp ", frame->rsp);
    print_register("  rip ", frame->rip);
    print_register("\nr8  ", frame->r8);
    print_register("  r9  ", frame->r9);
    print_register("  r10 ", frame->r10);
    print_register("\nr11 ", frame->r11);
    print_register("  r12 ", frame->r12);
    print_register("  r13 ", frame->r13);
    print_register("\nr14 ", frame->r14);
    print_register("  r15 ", frame->r15);
    print_register("  rflags ", frame->rflags);
    print_register("\ncr2 ", x86_read_cr2());
    print_register("  cr3 ", x86_read_cr3());
    print_register("  error ", frame->error);
    console_text("\n");
}

static void begin(const char *cause)
{
    __asm__ volatile("cli");
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

void arch_panic(const char *cause)
{
    uint64_t *frame = __builtin_frame_address(0);

    begin(cause);
    console_text("\n");
    print_work();
    print_register("rbp ", frame[0]);
    print_register("  rsp ", (uint64_t)(frame + 2));
    print_register("  cr3 ", x86_read_cr3());
    console_text("\n");
    print_backtrace(frame[1] - 1, frame[0]);
    stop();
}

void assert_failed(const char *condition, const char *file, int line)
{
    uint64_t *frame = __builtin_frame_address(0);

    begin("assertion failed: ");
    console_text(condition);
    console_text(" (");
    console_text(file);
    console_text(":");
    console_decimal((uint64_t)(uint32_t)line);
    console_text(")\n");
    print_work();
    print_backtrace(frame[1], frame[0]);
    stop();
}

void panic_refuse(const char *cause)
{
    console_text("signet: refused: ");
    console_text(cause);
    console_text("\n");
    stop();
}
