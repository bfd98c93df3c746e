/* SPDX-License-Identifier: BSD-2-Clause */
/* The first process: checks the image, builds what its manifest describes, and keeps it running. */
#include <stdio.h>

#include <signet/object.h>

#include "init.h"
#include "quota.h"
#include "report.h"
#include "sequence.h"
#include "supervise.h"
#include "supervisor.h"
#include "verify.h"

static struct init init;

uint64_t init_now_ns(const struct init *of)
{
    uint64_t now_ns = 0;
    (void)sg_cpu_now(of->boot->cpu[0], &now_ns);
    return now_ns;
}

static struct sg_handle make_endpoint(void)
{
    const uint64_t none[3] = {0, 0, 0};
    struct sg_handle endpoint;
    uint32_t offset;
    if (sg_object_create(sg_own_frames(), SG_TYPE_ENDPOINT, none, &endpoint, &offset) != SG_OK)
        refuse("init", "memory for its endpoints", "none left");
    return endpoint;
}

/* Everything that lasts: endpoints, quotas, and the loop that waits on them. */
static void prepare(void)
{
    quota_init(&init);
    init.fault_endpoint = make_endpoint();
    init.supervisor_endpoint = make_endpoint();
    for (uint32_t i = 0; i < init.manifest->process_count; i++)
        process_prepare(&init, i);
    manifest_start_order(init.manifest, &init.order);
    if (supervise_begin(&init) != SG_OK || supervisor_serve(&init) != SG_OK)
        refuse("init", "room in its ring for two endpoints", "none left");
}

int main(void)
{
    init.boot = sg_bootinfo();
    sg_loop_init(&init.loop, sg_own_ring());
    report_begin(&init);
    report(signet_log_v1_Level_INFO, "Signet, ABI %u.%u, %u MiB, %u modules", SG_ABI_MAJOR,
           SG_ABI_MINOR, (unsigned)init.boot->memory_mib, (unsigned)init.boot->module_count);
    const struct manifest *manifest = verify_manifest(init.boot);
    report(signet_log_v1_Level_INFO, "manifest verified: %u processes of %u modules",
           (unsigned)manifest->process_count, (unsigned)manifest->module_count);
    verify_modules(init.boot, manifest);
    init.manifest = manifest;
    prepare();
    sequence_continue(&init);
    enum sg_status status = sg_loop_run(&init.loop);
    refuse("init", "its loop to run for ever", "%s", sg_status_name(status));
}
