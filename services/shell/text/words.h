/* SPDX-License-Identifier: BSD-2-Clause */
/* A line of commands, cut in place. */
#pragma once

/* Ends the first command of a line at its ';' and returns what follows, NULL when nothing does. A
   ';' inside quotes or brackets separates nothing. */
char *words_cut_command(char *line);

/* Takes the next word off a text: its beginning, or an empty string at the end. */
char *words_next(char **text);

/* What is left of a text without the spaces around it. */
char *words_rest(char *text);
