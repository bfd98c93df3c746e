/* SPDX-License-Identifier: BSD-2-Clause */
/* The state of @name@, and the loop that serves it. */
#pragma once

#include <stdint.h>

#include <signet/loop.h>
#include <signet/status.h>

struct @id@ {
    uint64_t greetings;
};

/* Serves the endpoint that the manifest calls @name@; both structs must live on. */
SG_MUST_USE enum sg_status serve_@id@(struct @id@ *state, struct sg_loop *loop);
