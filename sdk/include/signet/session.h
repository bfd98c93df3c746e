/* SPDX-License-Identifier: BSD-2-Clause */
/* What a server keeps for each client: a table of fixed size, keyed by the badge of its calls. A badge
   names one instance of one process, so a client that was started again is a new one, and never sees
   what was kept for the one before; that ends when the supervisor tells of its death. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "signet/startup.h"

/* The first member of what is kept. */
struct sg_session {
    uint64_t badge;
    bool is_used;
};

struct sg_sessions {
    void *table; /* `count` elements of `bytes` each, all zero at first */
    uint32_t count;
    size_t bytes;
    /* The server's own clean-up, before the element is zeroed; may be NULL. */
    void (*end)(struct sg_sessions *sessions, struct sg_session *session);
    struct sg_sessions *next; /* another table of the same process, or NULL */
};

/* The session of a badge, NULL when it has none. */
struct sg_session *sg_session_find(const struct sg_sessions *sessions, uint64_t badge);
/* The same, begun if there is none: NULL when all are in use. */
struct sg_session *sg_session_of(const struct sg_sessions *sessions, uint64_t badge);
/* Ends one session. */
void sg_session_end(struct sg_sessions *sessions, struct sg_session *session);
/* Ends those of a process, up to and with that instance, in this table and those linked to it. */
void sg_sessions_client_gone(struct sg_sessions *sessions, uint32_t process, uint32_t instance);
