/* SPDX-License-Identifier: BSD-2-Clause */
/* What is wrong with a manifest: where, what was found, what was expected. Findings are kept in the
   order they were made; when there is no room for more they are only counted. */
#pragma once

#include <stdint.h>

#include "manifest.h"

#define MANIFEST_FINDINGS_MAX 32u
#define MANIFEST_NO_PROCESS UINT32_MAX

struct manifest_finding {
    char path[80];  /* of the field, e.g. process[2].need[0].provider */
    char thing[96]; /* the same in words, e.g. need "kv" of process "shell" */
    char found[112];
    char expected[144];
};

struct manifest_findings {
    uint32_t count; /* made; the first MANIFEST_FINDINGS_MAX of them are kept */
    struct manifest_finding finding[MANIFEST_FINDINGS_MAX];
};

/* Where a finding is: [process[process].] [list[index].] [field]. */
struct manifest_place {
    const struct manifest *manifest;
    uint32_t process; /* or MANIFEST_NO_PROCESS */
    const char *list; /* repeated or message field, or 0 */
    uint32_t index;   /* in list, or MANIFEST_NO_INDEX for a single message */
    const char *name; /* of the list's element, or 0 */
    const char *field;
};
#define MANIFEST_NO_INDEX UINT32_MAX

/* There is room to count some more; what a check leaves unchanged it has accepted. */
#define FINDINGS_FEW(findings) ((findings)->count <= UINT32_MAX / 2)

/* Adds a finding; what was found is formatted as by printf. */
/*@ requires \valid(findings) && findings->count < UINT32_MAX && \valid_read(place);
    assigns findings->count, findings->finding[0 .. MANIFEST_FINDINGS_MAX - 1];
    ensures counted: findings->count == \old(findings->count) + 1;
*/
void manifest_report(struct manifest_findings *findings, const struct manifest_place *place,
                     const char *expected, const char *found_format, ...)
    __attribute__((format(printf, 4, 5)));
