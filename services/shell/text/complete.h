/* SPDX-License-Identifier: BSD-2-Clause */
/* Completion of a word: names are offered one by one, those that begin with the word are kept as
   far as they fit, and what they have in common says what can be typed for the user. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define COMPLETE_NAMES_MAX 64u
#define COMPLETE_NAME_MAX 64u

struct complete {
    const char *word;
    size_t word_length;
    size_t common; /* bytes all matches have in common, the word's included */
    size_t matches;
    char name[COMPLETE_NAMES_MAX][COMPLETE_NAME_MAX + 1];
};

/* Begins with the word to complete. */
void complete_start(struct complete *complete, const char *word, size_t length);

/* Offers a name; upper and lower case match alike. A name twice counts once. */
void complete_offer(struct complete *complete, const char *name);

/* What to insert behind the word: part of the first match. `is_whole`: the word is then
   complete. */
struct complete_insert {
    const char *bytes;
    size_t length;
    bool is_whole;
};
struct complete_insert complete_result(const struct complete *complete);
