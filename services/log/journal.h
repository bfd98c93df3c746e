/* SPDX-License-Identifier: BSD-2-Clause */
/* The last entries logged, oldest dropped first. Sequence numbers begin at 1 and have no gaps, so
   a reader sees by them what it missed. Texts lie in one circle of bytes, in order. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JOURNAL_ENTRIES 512u
#define JOURNAL_BYTES 65536u
#define JOURNAL_TEXT_MAX 200u

struct journal_entry {
    uint64_t time_ns;
    uint64_t process;    /* badge of the writer */
    uint32_t suppressed; /* entries of this process refused since its last one */
    uint32_t offset;     /* of its text */
    uint16_t length;
    uint8_t level;
};

struct journal {
    struct journal_entry entry[JOURNAL_ENTRIES]; /* that of sequence s at s % JOURNAL_ENTRIES */
    char text[JOURNAL_BYTES];
    uint64_t first; /* oldest sequence number held */
    uint64_t next;  /* sequence number of the next entry */
    uint32_t used;  /* bytes of text held */
    uint32_t end;   /* where the next text goes */
};

/* Makes the journal empty. */
void journal_start(struct journal *journal);

/* Adds an entry; its offset and length are filled in, a text over JOURNAL_TEXT_MAX is cut. */
void journal_add(struct journal *journal, struct journal_entry entry, const char *text,
                 size_t length);

/* Reads the entry of this sequence number; `text` has room for JOURNAL_TEXT_MAX + 1 bytes. */
bool journal_get(const struct journal *journal, uint64_t sequence, struct journal_entry *entry,
                 char *text);
