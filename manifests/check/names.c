/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "lookup.h"
#include "rules.h"

#define EXPECT_NAME "lower case letters, digits and '-', starting with a letter"

static bool is_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_name(const char *name)
{
    if (!is_letter(*name))
        return false;
    while (is_letter(*name) || is_digit(*name) || *name == '-')
        name++;
    return *name == '\0';
}

/* "stem.elf": one file of the image, with no way to leave its folder. */
static bool is_module_name(const char *name)
{
    size_t stem = 0;
    while (is_letter(name[stem]) || is_digit(name[stem]) || name[stem] == '-' || name[stem] == '_')
        stem++;
    return stem > 0 && strcmp(name + stem, ".elf") == 0;
}

static void check_one_name(struct manifest_findings *findings, const struct manifest_place *place,
                           const char *name)
{
    if (!is_name(name))
        manifest_report(findings, place, EXPECT_NAME, "%s \"%s\"", place->field, name);
}

static void report_twice(struct manifest_findings *findings, const struct manifest_place *place,
                         const char *what)
{
    char expected[64];
    snprintf(expected, sizeof expected, "each %s once", what);
    manifest_report(findings, place, expected, "\"%s\" again", place->name);
}

static void check_process_name(const struct manifest *manifest, uint32_t process,
                               struct manifest_findings *findings)
{
    const char *name = manifest->process[process].name;
    struct manifest_place place = {manifest, process, 0, 0, name, "name"};
    uint32_t first = process;
    check_one_name(findings, &place, name);
    if (strcmp(name, MANIFEST_INIT_NAME) == 0)
        manifest_report(findings, &place, "any other name: init is the supervisor's own",
                        "name \"%s\"", name);
    if (manifest_process_find(manifest, name, &first) && first < process)
        report_twice(findings, &place, "process name");
    place.field = "module";
    if (!is_module_name(manifest->process[process].module))
        manifest_report(findings, &place, "a file name like \"kv.elf\"", "module \"%s\"",
                        manifest->process[process].module);
}

static void check_provides(const struct manifest *manifest, uint32_t process,
                           struct manifest_findings *findings)
{
    const signet_manifest_v1_Process *entry = &manifest->process[process];
    for (uint32_t i = 0; i < entry->provide_count; i++) {
        const signet_manifest_v1_Provide *provide = &entry->provide[i];
        struct manifest_place place = {manifest, process, "provide", i, provide->name, "name"};
        uint32_t interface;
        check_one_name(findings, &place, provide->name);
        for (uint32_t k = 0; k < i; k++) {
            if (strcmp(entry->provide[k].name, provide->name) == 0)
                report_twice(findings, &place, "provided name of a process");
        }
        place.field = "interface";
        if (!manifest_interface_find(manifest, provide->interface, &interface))
            manifest_report(findings, &place, "\"package.Service\" of a known .proto file",
                            "interface \"%s\"", provide->interface);
    }
}

/* One of the four kinds of capability a process is granted by name. */
struct granted {
    const char *list;
    const char *name;
    uint32_t index;
};

/* The `number`th named capability of a process; false past the last. */
static bool granted_get(const signet_manifest_v1_Process *process, uint32_t number,
                        struct granted *granted)
{
    if (number < process->need_count) {
        *granted = (struct granted){"need", process->need[number].name, number};
        return true;
    }
    number -= process->need_count;
    if (number < process->ioport_count) {
        *granted = (struct granted){"ioport", process->ioport[number].name, number};
        return true;
    }
    number -= process->ioport_count;
    if (number < process->irq_count) {
        *granted = (struct granted){"irq", process->irq[number].name, number};
        return true;
    }
    number -= process->irq_count;
    if (number >= process->cpu_count)
        return false;
    *granted = (struct granted){"cpu", process->cpu[number].name, number};
    return true;
}

static void check_granted(const struct manifest *manifest, uint32_t process,
                          struct manifest_findings *findings)
{
    const signet_manifest_v1_Process *entry = &manifest->process[process];
    struct granted granted, earlier;
    for (uint32_t i = 0; granted_get(entry, i, &granted); i++) {
        struct manifest_place place = {manifest,      process,      granted.list,
                                       granted.index, granted.name, "name"};
        check_one_name(findings, &place, granted.name);
        for (uint32_t k = 0; k < i && granted_get(entry, k, &earlier); k++) {
            if (strcmp(earlier.name, granted.name) == 0)
                report_twice(findings, &place, "capability name of a process");
        }
    }
}

static void check_arguments(const struct manifest *manifest, uint32_t process,
                            struct manifest_findings *findings)
{
    const signet_manifest_v1_Process *entry = &manifest->process[process];
    for (uint32_t i = 0; i < entry->argument_count; i++) {
        const char *key = entry->argument[i].key;
        struct manifest_place place = {manifest, process, "argument", i, key, "key"};
        check_one_name(findings, &place, key);
        for (uint32_t k = 0; k < i; k++) {
            if (strcmp(entry->argument[k].key, key) == 0)
                report_twice(findings, &place, "argument key");
        }
    }
}

void check_names(const struct manifest *manifest, struct manifest_findings *findings)
{
    for (uint32_t i = 0; i < manifest->process_count; i++) {
        check_process_name(manifest, i, findings);
        check_provides(manifest, i, findings);
        check_granted(manifest, i, findings);
        check_arguments(manifest, i, findings);
    }
}
