/* SPDX-License-Identifier: BSD-2-Clause */
#include "backoff.h"

#include "shape.h"

#define NS_PER_MS UINT64_C(1000000)

/* The first pause, doubled for each further failure, up to the longest. */
static uint64_t pause_ms(uint32_t backoff_ms, uint32_t failures)
{
    uint64_t pause = backoff_ms;
    for (uint32_t i = 1; i < failures && pause < MANIFEST_BACKOFF_MAX_MS; i++)
        pause *= 2;
    return pause < MANIFEST_BACKOFF_MAX_MS ? pause : MANIFEST_BACKOFF_MAX_MS;
}

static bool is_restarted(const signet_manifest_v1_Restart *restart, struct ending ending)
{
    return restart->policy == signet_manifest_v1_Restart_Policy_ALWAYS ||
           (restart->policy == signet_manifest_v1_Restart_Policy_ON_FAILURE && ending.is_failure);
}

enum verdict backoff_decide(const signet_manifest_v1_Restart *restart, struct fortune *fortune,
                            struct ending ending, uint64_t *delay_ns)
{
    if (!is_restarted(restart, ending))
        return ending.is_failure ? VERDICT_FAILED : VERDICT_ENDED;
    if (ending.now_ns - fortune->started_ns >= MANIFEST_STABLE_RUN_NS)
        fortune->failures = 0;
    if (fortune->failures >= restart->limit)
        return VERDICT_FAILED;
    fortune->failures++;
    *delay_ns = pause_ms(restart->backoff_ms, fortune->failures) * NS_PER_MS;
    return VERDICT_RESTART;
}
