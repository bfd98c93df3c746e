/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys and values of many clients in bounded memory. A client sees, changes and is charged for its
   own keys only; they live as long as its session. The bytes of all entries lie packed in `bytes`, in
   the order of `entry`. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <signet/session.h>

#define STORE_KEY_MAX 64u
#define STORE_VALUE_MAX 1024u
#define STORE_CLIENTS 64u
#define STORE_ENTRIES 1024u
#define STORE_BYTES 786432u

enum store_result {
    STORE_OK,
    STORE_BAD_KEY,    /* empty or longer than STORE_KEY_MAX */
    STORE_BAD_VALUE,  /* longer than STORE_VALUE_MAX */
    STORE_OVER_QUOTA, /* the client's entries or bytes are used up */
    STORE_FULL,       /* everybody's entries, bytes or clients are used up */
};

/* What each client may hold. */
struct store_quota {
    uint32_t entries; /* at most STORE_ENTRIES */
    uint32_t bytes;   /* of keys and values, at most STORE_BYTES */
};

struct store_client {
    struct sg_session session;
    uint64_t revision; /* of its last change */
    uint32_t entries;
    uint32_t bytes;
};

struct store_entry {
    uint64_t revision;
    uint16_t client; /* index */
    uint16_t key_length;
    uint16_t value_length;
};

struct store {
    struct store_quota quota;
    struct store_client client[STORE_CLIENTS];
    struct store_entry entry[STORE_ENTRIES];
    uint8_t bytes[STORE_BYTES];
    struct sg_sessions sessions; /* of `client`; one that ends takes its entries with it */
    uint32_t entries;
    uint32_t used;
};

/* One entry as its client sees it; the pointers hold until the next change. */
struct store_view {
    const char *key;
    const uint8_t *value;
    uint32_t key_length;
    uint32_t value_length;
    uint64_t revision;
};

/* Makes the store empty. */
void store_start(struct store *store, struct store_quota quota);

/* Sets a key; the client's revision grows by one and is returned. A refusal changes nothing. */
enum store_result store_put(struct store *store, uint64_t badge, const char *key,
                            const uint8_t *value, size_t value_length, uint64_t *revision);

/* Finds a key. */
bool store_get(const struct store *store, uint64_t badge, const char *key, struct store_view *view);

/* Removes a key; false when there was none. */
bool store_delete(struct store *store, uint64_t badge, const char *key);

/* Finds the client's smallest key above this one; "" begins. */
bool store_next(const struct store *store, uint64_t badge, const char *after,
                struct store_view *view);

/* What the client holds; all zero for a stranger. */
struct store_client store_usage(const struct store *store, uint64_t badge);
