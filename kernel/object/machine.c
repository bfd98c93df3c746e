/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/machine.h"

struct machine machine;
struct cpu cpus[CPUS_MAX];

static uint64_t timer_deadline[2 * THREADS_MAX];
static uint32_t timer_order[2 * THREADS_MAX];
static uint32_t timer_rank[2 * THREADS_MAX];
static uint16_t number_order[THREADS_MAX];
static uint16_t number_rank[THREADS_MAX];

void machine_init(uint32_t cpu_count)
{
    timers_init(&machine.timers, timer_deadline, timer_order, timer_rank, 2 * THREADS_MAX);
    pool_init(&machine.timer_numbers, number_order, number_rank, THREADS_MAX);
    machine.cpu_count = cpu_count;
    machine.idle_cpus = machine.open_cpus = (UINT32_C(1) << cpu_count) - 1;
    machine.timekeeper = &cpus[0];
    for (uint32_t i = 0; i < CPUS_MAX; i++) {
        cpus[i].number = i;
        cpus[i].armed_ns = UINT64_MAX;
        run_queue_init(&cpus[i].ready);
    }
}

/* The first CPU is always open. */
void keep_time(struct cpu *cpu)
{
    machine.timekeeper = machine.open_cpus >> cpu->number & 1 ? cpu : &cpus[0];
    cpu_alert(machine.timekeeper, ALERT_TIMER);
}

void deadline_arm(uint32_t timer, uint64_t deadline_ns)
{
    timers_arm(&machine.timers, timer, deadline_ns);
    if (timers_first(&machine.timers) == timer)
        keep_time(arch_cpu());
}
