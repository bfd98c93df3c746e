/* SPDX-License-Identifier: BSD-2-Clause */
/* Two sides of a conversation, each by registers, by an invoke with its message in the arena, or by
   its ring. */
#pragma once

#include "kernel_test.h"

enum way { BY_REGISTERS, BY_ARENA, BY_RING, WAY_COUNT };

#define SEND_OFFSET 0u
#define RECEIVE_OFFSET 4096u
#define CAPS_OFFSET 8192u
#define RECEIVE_CAPS_OFFSET 8448u

/* A thread that calls or serves. The fields from `way` on may be changed between operations. */
struct side {
    struct process process;
    struct thread *thread;
    uint64_t handle; /* client or endpoint, in its cspace */
    enum way way;
    uint32_t receive_length;
    uint32_t caps_count;
    uint32_t receive_caps_count;
    uint64_t deadline_ns;
    uint64_t user_data; /* of its next operation by ring */
};

/* A conversation over one endpoint of init's. */
struct talk {
    uint64_t endpoint;
    struct side server;
    struct side client;
};

/* What an operation ended with. */
struct received {
    int32_t result;
    uint16_t method;
    uint8_t caps;
    uint8_t flags;
    uint64_t badge;
    uint32_t token;
    uint8_t bytes[SG_MESSAGE_MAX];
};

/* Makes two processes; the client's badge is 42. */
void talk_start(struct talk *talk);

/* Makes one more client process of the endpoint. */
void talk_client(const struct talk *talk, uint64_t badge, struct side *side);

/* Makes one more server process of the endpoint. */
void talk_server(const struct talk *talk, struct side *side);

/* Starts an operation; the status of the system call that carries it or USER_PENDING. */
int side_receive(struct side *side);
int side_call(struct side *side, uint16_t method, const void *bytes, uint32_t length);
int side_reply(struct side *side, uint32_t token, uint16_t method, const void *bytes,
               uint32_t length);
int side_reply_and_receive(struct side *side, uint32_t token, const void *bytes, uint32_t length);

/* Whether the side's last operation has ended; what with. */
bool side_ended(struct side *side, struct received *received);

/* The end of the side's last operation, which must have come. */
struct received side_result(struct side *side);
