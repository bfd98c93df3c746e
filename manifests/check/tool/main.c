/* SPDX-License-Identifier: BSD-2-Clause */
/* Decodes and checks one encoded manifest, exactly as init will:
       manifest-check source|sealed FILE
   prints one finding a line (path, thing, found, expected, separated by tabs), and exits 1 when
   there are any, 2 when the file is not a manifest at all. With `order FILE` it prints the start
   order. */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "order.h"

#define FILE_BYTES_MAX (1u << 20)

static uint8_t bytes[FILE_BYTES_MAX + 1];
static struct manifest manifest;
static struct manifest_findings findings;

static bool read_manifest(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    return size <= FILE_BYTES_MAX && manifest_decode(bytes, size, &manifest);
}

static int print_findings(enum manifest_stage stage)
{
    manifest_check(&manifest, stage, &findings);
    for (uint32_t i = 0; i < findings.count && i < MANIFEST_FINDINGS_MAX; i++) {
        const struct manifest_finding *finding = &findings.finding[i];
        printf("%s\t%s\t%s\t%s\n", finding->path, finding->thing, finding->found,
               finding->expected);
    }
    return findings.count ? 1 : 0;
}

static int print_order(void)
{
    struct manifest_order order;
    manifest_start_order(&manifest, &order);
    for (uint32_t i = 0; i < order.count; i++)
        printf("%s\n", manifest.process[order.process[i]].name);
    return 0;
}

int main(int argument_count, char **arguments)
{
    if (argument_count != 3 || !read_manifest(arguments[2])) {
        fprintf(stderr, "manifest-check: found no encoded manifest, "
                        "expected source|sealed|order FILE\n");
        return 2;
    }
    if (strcmp(arguments[1], "order") == 0)
        return print_order();
    return print_findings(strcmp(arguments[1], "sealed") == 0 ? MANIFEST_SEALED : MANIFEST_SOURCE);
}
