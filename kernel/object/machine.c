/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/machine.h"

struct machine machine;
struct cpu cpus[CPUS_MAX];

static uint64_t timer_deadline[2 * THREADS_MAX];
static uint32_t timer_order[2 * THREADS_MAX];
static uint32_t timer_rank[2 * THREADS_MAX];
static uint16_t number_order[THREADS_MAX];
static uint16_t number_rank[THREADS_MAX];

void machine_init(void)
{
    timers_init(&machine.timers, timer_deadline, timer_order, timer_rank, 2 * THREADS_MAX);
    pool_init(&machine.timer_numbers, number_order, number_rank, THREADS_MAX);
    for (uint32_t i = 0; i < CPUS_MAX; i++) {
        cpus[i].number = i;
        cpus[i].armed_ns = UINT64_MAX;
        run_queue_init(&cpus[i].ready);
    }
}
