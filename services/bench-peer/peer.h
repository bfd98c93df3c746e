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

/* Answers messages that come by the ring, as many at a time as there are. */
int peer_echo_ring(struct sg_handle endpoint);

/* Answers the first call of the endpoint and takes the capabilities that came with it. */
SG_MUST_USE enum sg_status peer_meet(struct sg_handle endpoint, struct sg_handle *list,
                                     uint32_t count);

/* Takes a queue with the first call; with each further one reads out what is in it, and answers how
   many ticks that took. */
int peer_drain_queue(struct sg_handle endpoint);

/* Serves the endpoints `clock` and `echo` with generated dispatch. */
int peer_serve_stubs(void);
