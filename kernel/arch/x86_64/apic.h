/* SPDX-License-Identifier: BSD-2-Clause */
/* This CPU's local interrupt controller and its timer, as memory (xAPIC) or registers (x2APIC). */
#pragma once

#include "core/base.h"

/* Switches it on, all local sources off but the timer and errors. `registers` is where it is mapped.
   Masks the two old interrupt controllers. */
void apic_init(void *registers);

/* The hardware id of this CPU. */
uint32_t apic_id(void);

void apic_end_of_interrupt(void);
void apic_clear_error(void);

/* Raises a vector on this CPU. */
void apic_raise(uint32_t vector);

/* The timer counts down from count to 0, and if enabled interrupts once; 0 stops it. */
void apic_timer_start(uint32_t count);
uint32_t apic_timer_left(void);

/* What makes the timer interrupt: its count reaching 0, or the TSC reaching MSR_TSC_DEADLINE. */
enum apic_timer_mode { APIC_TIMER_COUNT, APIC_TIMER_TSC };
void apic_timer_enable(enum apic_timer_mode mode);
