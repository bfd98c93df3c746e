/* SPDX-License-Identifier: BSD-2-Clause */
/* Puts memory back to what a copy says, without going over all of it: pages are write-protected, and
   the first write to one faults and notes it. Pages that many inputs write are left open and always
   put back. What nothing has written cannot have changed. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SNAPSHOT_PAGE 4096u

/* A stretch of whole pages that is watched. */
struct snapshot;

/* A copy of what whole pages hold now. */
uint8_t *snapshot_copy(const void *start, size_t page_count);

/* Makes pages equal to a copy, red zones between variables included. */
void snapshot_put_back(void *start, const uint8_t *copy, size_t page_count);

/* Watches pages from now on. They are equal to the last of some copies. */
struct snapshot *snapshot_watch(void *start, size_t page_count, const uint8_t *const copies[],
                                size_t copy_count);

/* Makes a watched stretch equal to one of its copies. A page that is_rubbish says so of (NULL: none is)
   may keep what it holds; that is asked before anything is put back. */
void snapshot_restore(struct snapshot *snapshot, const uint8_t *copy,
                      bool (*is_rubbish)(size_t page));

/* Whether nothing has written to memory that is watched since it was last equal to a copy. */
bool snapshot_is_untouched(const void *start, size_t size);
