/* SPDX-License-Identifier: BSD-2-Clause */
/* A call from this thread to itself: it queues the call on its ring, receives it there and answers
   it. Buffers are cut from the arena once. */
#pragma once

#include "own.h"

#define TALK_BYTES 512u
#define TALK_CAPS 4u

/* user_data of the entries */
enum { TALK_CALL = 901, TALK_RECEIVE = 902, TALK_REPLY = 903, TALK_CANCEL = 904 };

struct talk {
    struct sg_owned endpoint;
    struct sg_handle client;
    uint32_t arena;                               /* offset of the buffers below */
    uint8_t *request, *received, *answer, *reply; /* TALK_BYTES each */
    struct sg_cap_transfer *sent_caps;            /* TALK_CAPS each */
    struct sg_handle *received_caps;
};

/* Makes an endpoint and a client of it with this badge and method mask. */
struct talk talk_open(uint64_t badge, uint64_t rights);
void talk_close(struct talk *talk);

/* Queues a call of `length` request bytes and `caps` capabilities. */
void talk_call(const struct talk *talk, uint16_t method, uint32_t length, uint32_t caps);

/* Receives with room for so many bytes and capabilities; its completion. */
struct sg_completion talk_receive(const struct talk *talk, uint32_t room, uint32_t caps);

/* Answers the call named by the token; the completion of the answer. */
struct sg_completion talk_reply(const struct talk *talk, uint32_t token, uint32_t length);

/* A call that is received and answered with nothing; the completion the caller gets. */
struct sg_completion talk_round_trip(const struct talk *talk, uint32_t length, uint32_t caps);
