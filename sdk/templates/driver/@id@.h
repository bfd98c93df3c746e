/* SPDX-License-Identifier: BSD-2-Clause */
/* The driver of a device with two ports, index and data, and one interrupt line: the real-time clock
   that every PC has. It interrupts once a second, and again only when its status C was read. */
#pragma once

#include <stdint.h>

#include <signet/loop.h>
#include <signet/server.h>
#include <signet/status.h>

#define @ID@_WAITING_MAX 4u

struct @id@ {
    struct sg_loop *loop;
    struct sg_watch watch; /* of the line */
    struct sg_handle ports;
    uint64_t interrupts;
    struct sg_held_call waiting[@ID@_WAITING_MAX]; /* calls of Wait, oldest first */
    uint32_t waiting_count;
};

/* Takes the device over by the capabilities of the manifest, and serves the endpoint that it calls
   @name@; both structs must live on. */
SG_MUST_USE enum sg_status start_@id@(struct @id@ *state, struct sg_loop *loop);
