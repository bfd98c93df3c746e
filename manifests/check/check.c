/* SPDX-License-Identifier: BSD-2-Clause */
#include "check.h"

#include "order.h"
#include "rules.h"

static void check_header(const struct manifest *manifest, struct manifest_findings *findings)
{
    struct manifest_place place = {manifest, MANIFEST_NO_PROCESS, 0, 0, 0, "version"};
    if (manifest->version != MANIFEST_VERSION)
        manifest_report(findings, &place, "version 1", "version %u", (unsigned)manifest->version);
    place.field = "process";
    if (manifest->process_count == 0)
        manifest_report(findings, &place, "at least one process", "no process");
}

void manifest_check(const struct manifest *manifest, enum manifest_stage stage,
                    struct manifest_findings *findings)
{
    findings->count = 0;
    check_header(manifest, findings);
    check_names(manifest, findings);
    check_sizes(manifest, findings);
    check_needs(manifest, findings);
    check_devices(manifest, findings);
    if (stage == MANIFEST_SEALED)
        check_modules(manifest, findings);
}
