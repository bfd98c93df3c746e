/* SPDX-License-Identifier: BSD-2-Clause */
/* Contexts of threads, and what changes on the CPU from one to another. A thread that gave the CPU up
   in a system call has no vector state; one that was interrupted keeps it in its context. */
#include "arch/arch.h"
#include "object/machine.h"

#define WORD_OFFSET(i) (CONTEXT_WORD + 8 * (i))

const uint64_t clean_vector_state[VECTOR_STATE_WORDS] ALIGNED(16) = {
    [0] = 0x37f,
    [3] = 0x1f80,
};

void arch_context_start(struct arch_context *context, uint64_t ip, uint64_t sp, uint64_t argument)
{
    arch_zero_words(context, offsetof(struct arch_context, tls_base) / sizeof(uint64_t));
    arch_copy_words(context->vector_state, clean_vector_state, VECTOR_STATE_WORDS);
    context->rip = ip;
    context->rsp = sp;
    context->rflags = RFLAGS_FIXED | RFLAGS_INTERRUPTS;
    context->handle = argument;
    context->is_full = true;
}

void arch_context_set_tls(struct arch_context *context, uint64_t base)
{
    context->tls_base = (struct msr_value){(uint32_t)base, (uint32_t)(base >> 32)};
    if ((struct arch_context *)arch_cpu()->current == context)
        x86_write_msr(MSR_FS_BASE, base);
}

void arch_context_set_tables(struct arch_context *context, const struct page_tables *tables)
{
    context->root_physical = (uint64_t)tables->first_frame << PAGE_SHIFT;
}

void arch_context_describe(const struct arch_context *context, struct sg_fault *fault)
{
    /* Where the registers of a fault message are, in its order: rip rsp rflags, rax to rbp, r8 to r15. */
    static const uint8_t offsets[] = {
        CONTEXT_RIP,    CONTEXT_RSP,    CONTEXT_RFLAGS,   CONTEXT_OPERATION, WORD_OFFSET(2),
        CONTEXT_RCX,    CONTEXT_TOKEN,  CONTEXT_DEADLINE, CONTEXT_HANDLE,    WORD_OFFSET(3),
        WORD_OFFSET(0), WORD_OFFSET(1), CONTEXT_R10,      CONTEXT_R11,       WORD_OFFSET(4),
        WORD_OFFSET(5), WORD_OFFSET(6), WORD_OFFSET(7),
    };

    for (uint32_t i = 0; i < sizeof(offsets); i++)
        (&fault->rip)[i] = *(const uint64_t *)((const uint8_t *)context + offsets[i]);
}

void arch_switch(struct thread *previous, struct thread *next)
{
    struct arch_context *from = (struct arch_context *)previous;
    struct arch_context *to = (struct arch_context *)next;
    uint64_t kernel_root = area_self()->kernel_root;
    bool has_moved = change_root(from != NULL ? from->root_physical : kernel_root,
                                 to != NULL ? to->root_physical : kernel_root);

    if (from != NULL && from->is_full)
        __asm__ volatile("fxsave64 (%0)" : : "r"(from->vector_state) : "memory");
    if (to == NULL)
        return;
    if (to->is_full)
        load_vector_state(to->vector_state);
    else if (has_moved)
        load_vector_state(clean_vector_state);
    load_segments(&to->tls_base);
}
