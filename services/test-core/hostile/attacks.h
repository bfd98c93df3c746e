/* SPDX-License-Identifier: BSD-2-Clause */
/* The attacks, one file each. What is made for one is gone after it. */
#pragma once

#include <stdint.h>

void attack_without_capability(void);
void attack_handles(void);
void attack_tokens(void);
void attack_rings(void);
void attack_arenas(void);
void attack_leases(void);
void attack_endpoints(void);
void attack_faults(void);
void attack_time(void);
void attack_memory(void);
void attack_leaks(void);

/* A number that nobody guesses, the same in every run. */
uint64_t attack_random(uint64_t *state);
