/* SPDX-License-Identifier: BSD-2-Clause */
#include "journal.h"

#include <string.h>

void journal_start(struct journal *journal)
{
    memset(journal, 0, sizeof *journal);
    journal->first = 1;
    journal->next = 1;
}

static void drop_oldest(struct journal *journal)
{
    journal->used -= journal->entry[journal->first % JOURNAL_ENTRIES].length;
    journal->first++;
}

static void put_text(struct journal *journal, const char *text, size_t length)
{
    size_t room = JOURNAL_BYTES - journal->end;
    size_t head = length < room ? length : room;

    memcpy(journal->text + journal->end, text, head);
    memcpy(journal->text, text + head, length - head);
    journal->end = (uint32_t)((journal->end + length) % JOURNAL_BYTES);
    journal->used += (uint32_t)length;
}

/* A text is cut at a UTF-8 code point. */
static size_t cut_length(const char *text, size_t length)
{
    if (length <= JOURNAL_TEXT_MAX)
        return length;
    length = JOURNAL_TEXT_MAX;
    while (length > 0 && ((uint8_t)text[length] & 0xc0) == 0x80)
        length--;
    return length;
}

void journal_add(struct journal *journal, struct journal_entry entry, const char *text,
                 size_t length)
{
    length = cut_length(text, length);
    while (journal->next - journal->first == JOURNAL_ENTRIES ||
           journal->used + length > JOURNAL_BYTES)
        drop_oldest(journal);
    entry.offset = journal->end;
    entry.length = (uint16_t)length;
    journal->entry[journal->next % JOURNAL_ENTRIES] = entry;
    put_text(journal, text, length);
    journal->next++;
}

bool journal_get(const struct journal *journal, uint64_t sequence, struct journal_entry *entry,
                 char *text)
{
    size_t room, head;

    if (sequence < journal->first || sequence >= journal->next)
        return false;
    *entry = journal->entry[sequence % JOURNAL_ENTRIES];
    room = JOURNAL_BYTES - entry->offset;
    head = entry->length < room ? entry->length : room;
    memcpy(text, journal->text + entry->offset, head);
    memcpy(text + head, journal->text, entry->length - head);
    text[entry->length] = 0;
    return true;
}
