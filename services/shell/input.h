/* SPDX-License-Identifier: BSD-2-Clause */
/* What is typed. One Read waits on the console whenever there is room for what it brings, also
   while a command runs, so that Control-C can end the command. */
#pragma once

#include "console/v1/console.rpc.h"

#include <signet/loop.h>
#include <stdbool.h>
#include <stdint.h>

#define INPUT_BYTES 1024u

struct input {
    struct signet_console_v1_Console_Read_async read; /* first: its address is the input's */
    struct sg_loop loop;
    struct sg_handle console;
    bool has_lost;
    uint32_t used;
    uint8_t bytes[INPUT_BYTES];
};

/* Prepares the thread's loop and the first Read. */
void input_start(struct input *input, struct sg_handle console);

/* Waits until something happened: bytes came, or another operation of the loop ended. */
void input_wait(struct input *input);

/* Takes the oldest byte; false when none has come. */
bool input_take(struct input *input, uint8_t *byte);

/* Whether Control-C was typed; it and what was typed before it are then forgotten. */
bool input_interrupted(struct input *input);

/* Whether input was lost since this was asked last. */
bool input_lost(struct input *input);
