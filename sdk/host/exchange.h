/* SPDX-License-Identifier: BSD-2-Clause */
/* What is on its way in the host kit: calls of clients, and the receives and waits of the program.
   Whichever of a call and a receive comes second completes the receive; the reply completes the
   call. */
#pragma once

#include "process.h"

#include "abi/ring.h"
#include "signet/syscall.h"

/* A call that has no answer yet. token 0: the entry is free. */
struct call {
    uint32_t token;
    int is_received;
    const struct test_slot *client;
    uint16_t method;
    uint32_t length;
    uint8_t request[SG_MESSAGE_MAX];
    /* Where the answer goes: the registers of an invoke, or a completion. */
    struct sg_registers *registers; /* NULL: a completion */
    int is_arena;
    struct sg_message message;
    uint64_t user_data;
};

/* Forgets everything. */
void exchange_begin(void);

/* The ring's indices, and its arena at an offset. */
struct sg_ring_indices *exchange_indices(void);
uint8_t *exchange_arena(uint32_t offset, uint32_t length);

/* Completions the program has not read. */
uint32_t exchange_unread(void);
void exchange_post(struct sg_completion completion);

/* Takes a call of a client; NULL if its capability does not permit it. The rest of the record is for
   the caller to fill in, then exchange_meet to go on. */
struct call *exchange_call(const struct test_slot *client, uint16_t method, const uint8_t *request,
                           uint32_t length);

/* Takes a receive, or a wait for an interrupt. */
void exchange_wait(struct test_slot *slot, uint64_t user_data, const struct sg_message *message);

/* Hands waiting calls of an endpoint to waiting receives. */
void exchange_meet(struct test_slot *endpoint);

/* Ends a call with a status, or with an answer of `result` bytes. */
void exchange_end(struct call *call, int32_t result, uint16_t method, const uint8_t *answer);

/* Answers the received call of that token. */
enum sg_status exchange_reply(uint32_t token, uint16_t method, const uint8_t *answer,
                              uint32_t length);

/* Withdraws what has this user_data; SG_NOT_FOUND if nothing has. */
enum sg_status exchange_cancel(uint64_t user_data);
