/* SPDX-License-Identifier: BSD-2-Clause */
/* How throughput grows with CPUs: the same load on one CPU and on several at the same time. Each CPU has
   a pair of threads of its own, which no other CPU shares anything with but the kernel. */
#pragma once

#include <stdatomic.h>
#include <stdint.h>

#include <signet/frames.h>
#include <signet/queue.h>
#include <signet/thread.h>

#define CPUS_MAX 4u
#define PAIR_THREADS 2u

/* What the threads on one CPU work with, on cache lines of its own. */
struct pair {
    _Alignas(64) _Atomic uint64_t done; /* operations; one thread adds */
    struct sg_thread *thread[PAIR_THREADS];
    struct sg_owned endpoint;
    struct sg_handle client;
    struct sg_queue_source source;
    atomic_bool is_last; /* nothing is put into the queue but what is on its way */
};

/* What a pair does. */
struct load {
    const char *name;
    enum sg_status (*prepare)(struct pair *pair);
    int (*run[PAIR_THREADS])(void *pair); /* until load_is_over; NULL: no thread */
    void (*clear)(struct pair *pair);     /* when they have ended */
};

extern const struct load load_cpu, load_call, load_queue;

/* The threads of all pairs have to end. */
extern atomic_bool load_is_over;

/* Operations a second and CPU while `count` CPUs are under load; 0 after a failure, which is reported. */
uint64_t run_load(const struct load *load, const struct sg_handle *cpus, uint32_t count);
