/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "lookup.h"
#include "rules.h"

static void check_module(const struct manifest *manifest, uint32_t index,
                         struct manifest_findings *findings)
{
    const signet_manifest_v1_Module *module = &manifest->module[index];
    struct manifest_place place = {manifest, MANIFEST_NO_PROCESS, "module",
                                   index,    module->name,        "name"};
    uint32_t first;
    if (manifest_module_find(manifest, module->name, &first) && first < index)
        manifest_report(findings, &place, "each module once", "\"%s\" again", module->name);
    place.field = "size_bytes";
    if (module->size_bytes == 0)
        manifest_report(findings, &place, "the size of the file", "size 0");
}

void check_modules(const struct manifest *manifest, struct manifest_findings *findings)
{
    for (uint32_t i = 0; i < manifest->module_count; i++)
        check_module(manifest, i, findings);
    for (uint32_t i = 0; i < manifest->process_count; i++) {
        struct manifest_place place = {manifest, i, 0, 0, 0, "module"};
        uint32_t module;
        if (!manifest_module_find(manifest, manifest->process[i].module, &module))
            manifest_report(findings, &place, "a module of this image", "module \"%s\"",
                            manifest->process[i].module);
    }
}
