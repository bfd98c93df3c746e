/* SPDX-License-Identifier: BSD-2-Clause */
#include "finding.h"

#include <stdarg.h>
#include <stdio.h>

/* Appends to a bounded string; what does not fit is cut off. */
static void append(char *text, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void append(char *text, size_t size, const char *format, ...)
{
    size_t used = 0;
    while (used < size && text[used] != '\0')
        used++;
    if (used >= size)
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + used, size - used, format, arguments);
    va_end(arguments);
}

static void write_path(char *path, size_t size, const struct manifest_place *place)
{
    path[0] = '\0';
    if (place->process != MANIFEST_NO_PROCESS)
        append(path, size, "process[%u]", (unsigned)place->process);
    if (place->list)
        append(path, size, "%s%s", path[0] ? "." : "", place->list);
    if (place->list && place->index != MANIFEST_NO_INDEX)
        append(path, size, "[%u]", (unsigned)place->index);
    if (place->field)
        append(path, size, "%s%s", path[0] ? "." : "", place->field);
}

static void write_thing(char *thing, size_t size, const struct manifest_place *place)
{
    thing[0] = '\0';
    if (place->list)
        append(thing, size, "%s", place->list);
    if (place->list && place->name)
        append(thing, size, " \"%s\"", place->name);
    if (place->process != MANIFEST_NO_PROCESS)
        append(thing, size, "%sprocess \"%s\"", thing[0] ? " of " : "",
               place->manifest->process[place->process].name);
    if (!thing[0])
        append(thing, size, "manifest");
}

void manifest_report(struct manifest_findings *findings, const struct manifest_place *place,
                     const char *expected, const char *found_format, ...)
{
    uint32_t index = findings->count++;
    if (index >= MANIFEST_FINDINGS_MAX)
        return;
    struct manifest_finding *finding = &findings->finding[index];
    write_path(finding->path, sizeof finding->path, place);
    write_thing(finding->thing, sizeof finding->thing, place);
    va_list arguments;
    va_start(arguments, found_format);
    vsnprintf(finding->found, sizeof finding->found, found_format, arguments);
    va_end(arguments);
    snprintf(finding->expected, sizeof finding->expected, "%s", expected);
}
