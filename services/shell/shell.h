/* SPDX-License-Identifier: BSD-2-Clause */
/* The shell: a terminal, an output, and the interface of the service called last. */
#pragma once

#include "input.h"
#include "output.h"
#include "terminal/terminal.h"

#include <signet/rpc.h>
#include <signet/schema.h>
#include <signet/service.h>
#include <signet/startup.h>
#include <stdbool.h>

struct shell {
    struct terminal terminal;
    struct input input;
    struct sg_service service;
    struct output output;
    bool has_failed;             /* the last line's command, or one of them */
    struct sg_schema schema;     /* of `described`, when that is not empty */
    char described[SG_NAME_MAX]; /* capability whose server was asked last */
};

/* Runs the commands of a line, one after the other; false when one of them failed. */
bool shell_run(struct shell *shell, const char *line);

/* Completes the word at the cursor, or lists what it could become. */
void shell_complete(struct shell *shell);

/* Writes the prompt. */
void shell_prompt(struct shell *shell);

/* The client capability of this name; false, and said so, when the shell was not given one. */
bool shell_service(struct shell *shell, const char *name, struct sg_handle *service);

/* Says why a call failed: "kv.Put: SG_DENIED: ...". Always false. */
bool shell_call_failed(struct shell *shell, const char *what, struct sg_result result);

/* Makes shell->schema the interface of the server behind a capability; false, and said so, when
   that cannot be had. */
bool shell_describe(struct shell *shell, const char *name, struct sg_handle service);

/* Like shell_describe, but says nothing: for completion. */
bool shell_describe_quietly(struct shell *shell, const char *name);
