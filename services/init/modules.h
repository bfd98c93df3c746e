/* SPDX-License-Identifier: BSD-2-Clause */
/* The files the boot loader brought, looked into one at a time through a window of addresses. */
#pragma once

#include <stdbool.h>

#include <signet/startup.h>

#define MODULE_REGIONS_MAX 32u /* windows of SG_MAP_PAGES_MAX pages: files up to 64 MiB */

/* A file while it can be read. */
struct module_view {
    const uint8_t *bytes;
    uint32_t size_bytes;
    uint32_t region_count;
    uint32_t region[MODULE_REGIONS_MAX];
};

/* Whether there is exactly one boot module of this name, and which. */
bool module_find(const struct sg_bootinfo *boot, const char *name, uint32_t *index);

/* Opens a module; close it before the next. SG_NOT_FOUND without one, SG_TOO_BIG past the
   window. */
SG_MUST_USE enum sg_status module_open(const struct sg_bootinfo *boot, const char *name,
                                       struct module_view *view);
void module_close(const struct sg_bootinfo *boot, struct module_view *view);
