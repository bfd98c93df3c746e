/* SPDX-License-Identifier: BSD-2-Clause */
/* The groups of checks, each leaving the process as it found it. */
#pragma once

void check_handles(void);
void check_untyped(void);
void check_memory(void);
void check_leases(void);
void check_ring(void);
void check_endpoint(void);
void check_transfer(void);
void check_notification(void);
void check_futex(void);
void check_sched(void);
void check_thread(void);
