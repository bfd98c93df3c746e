/* SPDX-License-Identifier: BSD-2-Clause */
/* malloc and stdio from several threads at once. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/lock.h>

#include <signet/log.h>
#include <signet/object.h>

#include "checks.h"
#include "report.h"

#define ROUNDS 4000u
#define BLOCKS 16u
#define LINES 50u

/* Whether the block still holds what its owner wrote. */
static int is_whole(const uint8_t *block, size_t size, int mark)
{
    for (size_t i = 0; i < size; i++) {
        if (block[i] != (uint8_t)mark)
            return 0;
    }
    return 1;
}

static int allocate(void *argument)
{
    uint8_t *block[BLOCKS] = {NULL};
    size_t size[BLOCKS] = {0};
    int mark = (int)sg_thread_number(), wrong = 0;

    (void)argument;
    for (uint32_t i = 0; i < ROUNDS; i++) {
        uint32_t place = i * 7 % BLOCKS;
        wrong += !is_whole(block[place], size[place], mark);
        free(block[place]);
        size[place] = i * 37 % 90 + 1;
        block[place] = malloc(size[place]);
        if (block[place] == NULL)
            return 1;
        memset(block[place], mark, size[place]);
    }
    for (uint32_t i = 0; i < BLOCKS; i++) {
        wrong += !is_whole(block[i], size[i], mark);
        free(block[i]);
    }
    return wrong;
}

static uint32_t has_allocated;

static int allocate_once(void *argument)
{
    (void)argument;
    free(malloc(1));
    __atomic_store_n(&has_allocated, 1, __ATOMIC_RELEASE);
    return 0;
}

/* The library's lock is held here as malloc holds it: nobody else gets on. */
static void waits_for_the_library(void)
{
    const struct sg_thread_options options = {.name = "allocator"};
    struct sg_thread *thread = NULL;
    int result;

    __LIBC_LOCK();
    __LIBC_LOCK(); /* it is recursive */
    report_step("thread/create", sg_thread_create(&options, allocate_once, NULL, &thread));
    for (uint32_t i = 0; i < BLOCKS; i++)
        sg_thread_yield();
    report_equal("libc/malloc waits while another thread is in it", 0,
                 __atomic_load_n(&has_allocated, __ATOMIC_ACQUIRE));
    __LIBC_UNLOCK();
    __LIBC_UNLOCK();
    report_step("thread/join", sg_thread_join(thread, &result));
    report_equal("libc/and goes on after that", 1, has_allocated);
}

static uint32_t lines, broken;

/* Each line is one letter, many times. */
static void look_at_line(enum sg_log_level level, const char *text, size_t length)
{
    (void)level;
    __atomic_add_fetch(&lines, 1, __ATOMIC_RELAXED);
    if (length == 0 || !is_whole((const uint8_t *)text, length, text[0]))
        __atomic_add_fetch(&broken, 1, __ATOMIC_RELAXED);
}

static int print(void *argument)
{
    char letter = (char)('a' + sg_thread_number());

    (void)argument;
    for (uint32_t i = 0; i < LINES; i++) {
        for (uint32_t k = 0; k < 10; k++) {
            printf("%c%c%c", letter, letter, letter);
            if (k % 4 == 0)
                sg_thread_yield();
        }
        printf("\n");
    }
    return 0;
}

void check_libc(void)
{
    report_equal("libc/malloc gives nothing twice", 0, (uint64_t)run_in_workers(allocate, NULL));
    waits_for_the_library();
    sg_log_set_sink(look_at_line);
    (void)run_in_workers(print, NULL);
    sg_log_set_sink(NULL);
    report_equal("libc/lines printed", WORKERS * LINES, lines);
    report_equal("libc/lines of more than one thread", 0, broken);
}
