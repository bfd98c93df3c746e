/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether and when a process that ended starts again, by the policy of its manifest entry. Pure. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "manifest.h"

/* How a process has fared. */
struct fortune {
    uint32_t failures; /* ends in a row that counted against its limit */
    uint32_t restarts; /* since boot */
    uint64_t started_ns;
};

enum verdict { VERDICT_RESTART, VERDICT_ENDED, VERDICT_FAILED };

/* An end: at `now_ns`, wanted or not. */
struct ending {
    uint64_t now_ns;
    bool is_failure; /* a fault, an exit code other than 0, or killed */
};

/* Counts an end; on VERDICT_RESTART *delay_ns is the pause before the next start. */
enum verdict backoff_decide(const signet_manifest_v1_Restart *restart, struct fortune *fortune,
                            struct ending ending, uint64_t *delay_ns);
