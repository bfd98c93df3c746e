/* SPDX-License-Identifier: BSD-2-Clause */
/* This CPU's local interrupt controller and its timer, as memory (xAPIC) or registers (x2APIC). */
#pragma once

#include "core/base.h"

/* Chooses how all CPUs reach theirs: as registers if the processor can, else where `registers` are
   mapped. Switches this CPU's on, and masks the two old interrupt controllers. */
void apic_init(void *registers);

/* Switches this CPU's on, all local sources off but the timer and errors. */
void apic_init_cpu(void);

/* The hardware id of this CPU. */
uint32_t apic_id(void);

void apic_end_of_interrupt(void);
void apic_clear_error(void);

/* Whether a hardware id can be addressed. */
bool apic_can_reach(uint32_t id);

/* Interrupts the CPU with a hardware id: a vector, APIC_INIT, or APIC_START | number of a page. */
void apic_send(uint32_t id, uint32_t command);
#define APIC_INIT 0x500u
#define APIC_START 0x600u

/* Sends a non-maskable interrupt to every other CPU. */
void apic_stop_others(void);

/* The timer counts down from count to 0, and if enabled interrupts once; 0 stops it. */
void apic_timer_start(uint32_t count);
uint32_t apic_timer_left(void);

/* What makes the timer interrupt: its count reaching 0, or the TSC reaching MSR_TSC_DEADLINE. */
enum apic_timer_mode { APIC_TIMER_COUNT, APIC_TIMER_TSC };
void apic_timer_enable(enum apic_timer_mode mode);
