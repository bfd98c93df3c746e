/* SPDX-License-Identifier: BSD-2-Clause */
/* The bytes of a manifest, as init gets them: decoded, then checked in both stages. What has no
   finding must be what init counts on; what has one must say so in texts that end. */
#include "fuzz.h"

#include "check.h"
#include "lookup.h"
#include "order.h"

#include <string.h>

static struct manifest manifest;
static struct manifest_findings findings;

static void check_text(const char *text, size_t size, const char *what)
{
    FUZZ_EXPECT(memchr(text, 0, size) != NULL && text[0] != 0, "a finding without its %s", what);
}

static void check_findings(void)
{
    for (uint32_t i = 0; i < findings.count && i < MANIFEST_FINDINGS_MAX; i++) {
        const struct manifest_finding *finding = &findings.finding[i];

        check_text(finding->path, sizeof finding->path, "path");
        check_text(finding->thing, sizeof finding->thing, "thing");
        check_text(finding->found, sizeof finding->found, "found");
        check_text(finding->expected, sizeof finding->expected, "expected");
    }
}

static bool has_module(const char *name)
{
    for (uint32_t i = 0; i < manifest.module_count; i++)
        if (strcmp(manifest.module[i].name, name) == 0)
            return true;
    return false;
}

static void check_need(const signet_manifest_v1_Need *need)
{
    struct manifest_provider provider;
    uint32_t interface;

    FUZZ_EXPECT(manifest_provider_find(&manifest, need->provider, &provider),
                "accepted a need of %s, which nobody provides", need->provider);
    FUZZ_EXPECT(manifest_interface_find(&manifest, provider.interface, &interface),
                "accepted %s without its interface", need->provider);
    FUZZ_EXPECT(need->rights != 0 && (need->rights & ~manifest_interface_rights(
                                                         &manifest.interface[interface])) == 0,
                "accepted rights %lx on %s", (unsigned long)need->rights, provider.interface);
}

static void check_process(uint32_t index)
{
    const signet_manifest_v1_Process *process = &manifest.process[index];

    FUZZ_EXPECT(process->name[0] != 0 && has_module(process->module),
                "accepted process %u without name or module", index);
    for (uint32_t other = 0; other < index; other++)
        FUZZ_EXPECT(strcmp(process->name, manifest.process[other].name) != 0, "accepted %s twice",
                    process->name);
    for (uint32_t i = 0; i < process->need_count; i++)
        check_need(&process->need[i]);
}

/* What init relies on in a sealed manifest without findings. */
static void check_sealed(void)
{
    struct manifest_order order;

    FUZZ_EXPECT(manifest.version == MANIFEST_VERSION, "accepted version %u", manifest.version);
    for (uint32_t i = 0; i < manifest.process_count; i++)
        check_process(i);
    manifest_start_order(&manifest, &order);
    FUZZ_EXPECT(order.count == manifest.process_count, "accepted a cycle: %u of %u start",
                order.count, manifest.process_count);
}

void fuzz_start(void)
{
}

void fuzz_one(const uint8_t *bytes, size_t size)
{
    uint8_t *exact = fuzz_exact(bytes, size);
    bool is_decoded = manifest_decode(exact, size, &manifest);

    fuzz_free(exact);
    if (!is_decoded)
        return;
    FUZZ_EXPECT(manifest.process_count <= MANIFEST_PROCESSES_MAX &&
                    manifest.module_count <= MANIFEST_MODULES_MAX &&
                    manifest.interface_count <= MANIFEST_INTERFACES_MAX,
                "decoded more than there is room for");
    findings.count = 0;
    manifest_check(&manifest, MANIFEST_SOURCE, &findings);
    check_findings();
    findings.count = 0;
    manifest_check(&manifest, MANIFEST_SEALED, &findings);
    check_findings();
    if (findings.count == 0)
        check_sealed();
}
