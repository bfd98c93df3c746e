/* SPDX-License-Identifier: BSD-2-Clause */
/* A service that does nothing but end badly, in the way its argument `cause` names, so that
   supervision can be seen at work (manifests/crashloop.textproto). */
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <signet/startup.h>
#include <signet/thread.h>

#define UNMAPPED UINT64_C(0x7000dead0000)
#define EXIT_BAD 42

/* Distinct functions, for the crash record to name. */
__attribute__((noinline)) static void touch_unmapped(void)
{
    *(volatile uint8_t *)UNMAPPED = 1;
}

__attribute__((noinline)) static void run_invalid(void)
{
    __asm__ volatile("ud2");
}

__attribute__((noinline)) static void run_privileged(void)
{
    __asm__ volatile("hlt");
}

__attribute__((noinline)) static void divide_by_zero(void)
{
    __asm__ volatile("xorl %%ecx, %%ecx; xorl %%edx, %%edx; divl %%ecx" ::: "eax", "ecx", "edx");
}

/* Takes more stack than there is: the unmapped pages below it end this. */
__attribute__((noinline)) static int overflow_stack(int depth)
{
    volatile uint8_t space[1024];
    space[0] = (uint8_t)depth;
    return depth == INT_MAX ? 0 : overflow_stack(depth + 1) + space[0];
}

/* A frame larger than the unmapped pages: compiled programs touch a large frame page by page. */
__attribute__((noinline)) static int leap_over(int depth)
{
    volatile uint8_t space[256 * 1024];
    space[0] = (uint8_t)depth;
    return space[depth];
}

static int overflow_in_thread(void *depth)
{
    return overflow_stack(*(int *)depth);
}

static int leap_in_thread(void *depth)
{
    return leap_over(*(int *)depth);
}

static int exit_in_thread(void *code)
{
    exit(*(int *)code);
}

/* Ends the process in a thread of that name. */
static int run_in_thread(const char *name, int (*function)(void *argument), int argument)
{
    const struct sg_thread_options options = {.name = name};
    struct sg_thread *thread;
    int result;

    if (sg_thread_create(&options, function, &argument, &thread) != SG_OK ||
        sg_thread_join(thread, &result) != SG_OK)
        return EXIT_FAILURE;
    return result;
}

int main(void)
{
    const char *cause = sg_argument("cause");
    if (cause && strcmp(cause, "page") == 0)
        touch_unmapped();
    else if (cause && strcmp(cause, "invalid") == 0)
        run_invalid();
    else if (cause && strcmp(cause, "privileged") == 0)
        run_privileged();
    else if (cause && strcmp(cause, "divide") == 0)
        divide_by_zero();
    else if (cause && strcmp(cause, "stack") == 0)
        return overflow_stack(0);
    else if (cause && strcmp(cause, "thread-stack") == 0)
        return run_in_thread("deep", overflow_in_thread, 0);
    else if (cause && strcmp(cause, "thread-leap") == 0)
        return run_in_thread("wide", leap_in_thread, 0);
    else if (cause && strcmp(cause, "thread-exit") == 0)
        return run_in_thread("leaver", exit_in_thread, EXIT_BAD + 1);
    return EXIT_BAD;
}
