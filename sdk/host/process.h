/* SPDX-License-Identifier: BSD-2-Clause */
/* The process of the host kit: what the test grants (signet/test.h) is what the kernel's part
   (kernel.c, exchange.c) looks up. */
#pragma once

#include "signet/test.h"

#define TEST_SUBMISSIONS 64u
#define TEST_COMPLETIONS 128u
#define TEST_PAGES 32u

enum test_kind {
    TEST_ENDPOINT,
    TEST_CLIENT,
    TEST_IRQ,
    TEST_OBJECT,
};

/* One capability; handle index i is entry i - 1, of generation 1. */
struct test_slot {
    enum test_kind kind;
    uint64_t rights;
    uint64_t badge;             /* client */
    struct test_slot *endpoint; /* client */
    uint64_t count;             /* irq: raised and not yet told */
    int is_armed;               /* irq */
    sg_test_answer *answer;     /* object */
    void *self;
};

/* The capability a handle names, NULL if none does. */
struct test_slot *test_slot(struct sg_handle handle);

/* The shared pages of the process's ring. */
uint8_t *test_ring(void);

/* The loop that serves, NULL if the test named none. */
struct sg_loop *test_loop(void);

/* Forgets every operation in flight and sets time back to 0. */
void test_kernel_begin(void);

/* Completes what waits for the line, if it may interrupt. */
void test_deliver(struct test_slot *irq);

/* Test time in ns. */
uint64_t test_now(void);
