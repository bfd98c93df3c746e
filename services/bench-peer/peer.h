/* SPDX-License-Identifier: BSD-2-Clause */
/* The other side of every measurement that needs two processes. The manifest's argument `mode` says
   which it is; none of them ever returns but on an error. */
#pragma once

#include <stdint.h>

#include <signet/status.h>

#include "abi/handle.h"

/* Answers register messages with the same registers. */
int64_t peer_serve_registers(uint64_t endpoint_word);

/* Answers arena messages with the same bytes: the message in `words` is used for every operation. */
int64_t peer_serve_arena(uint64_t endpoint_word, const uint64_t words[5], uint64_t reply_operation);

/* Waits for the first notification and signals the second. */
int64_t peer_pass_signals(uint64_t wait_word, uint64_t signal_word);

/* What peer_stamp does: an operation that waits, another when that is over, and where it writes when. */
struct peer_stamp {
    uint64_t wait, wait_handle;
    uint64_t then, then_handle;
    uint64_t *page;
};

/* Waits again and again, and writes what the time-stamp counter was as soon as it ran again. */
int64_t peer_stamp(const struct peer_stamp *stamp);

/* The same for the interrupt that the manifest names `interrupt`, or for a notification; the page and
   what else is needed come with the first call. */
int peer_stamp_interrupts(struct sg_handle endpoint);
int peer_stamp_signals(struct sg_handle endpoint);

/* Answers messages that come by the ring, as many at a time as there are. */
int peer_echo_ring(struct sg_handle endpoint);

/* Answers the first call of the endpoint and takes the capabilities that came with it. */
SG_MUST_USE enum sg_status peer_meet(struct sg_handle endpoint, struct sg_handle *list,
                                     uint32_t count);

/* Takes a queue with the first call; with each further one reads out what is in it, and answers how
   many ticks that took. */
int peer_drain_queue(struct sg_handle endpoint);

/* Answers register calls with how many frames this process takes, and how many of those the kernel has. */
int peer_tell_size(struct sg_handle endpoint);

/* Serves the endpoints `clock` and `echo` with generated dispatch. */
int peer_serve_stubs(void);
