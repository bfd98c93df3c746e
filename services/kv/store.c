/* SPDX-License-Identifier: BSD-2-Clause */
#include "store.h"

#include <string.h>

static void end_client(struct sg_sessions *sessions, struct sg_session *session);

void store_start(struct store *store, struct store_quota quota)
{
    memset(store, 0, sizeof *store);
    store->quota = quota;
    store->sessions = (struct sg_sessions){.table = store->client,
                                           .count = STORE_CLIENTS,
                                           .bytes = sizeof store->client[0],
                                           .end = end_client};
}

static uint32_t entry_bytes(const struct store_entry *entry)
{
    return (uint32_t)entry->key_length + entry->value_length;
}

/* Index of a client's session, STORE_CLIENTS when there is none. */
static uint32_t index_of(const struct store *store, const struct sg_session *session)
{
    return session == NULL ? STORE_CLIENTS
                           : (uint32_t)((const struct store_client *)session - store->client);
}

static uint32_t find_client(const struct store *store, uint64_t badge)
{
    return index_of(store, sg_session_find(&store->sessions, badge));
}

static struct store_view view_of(const struct store *store, uint32_t index, uint32_t offset)
{
    const struct store_entry *entry = &store->entry[index];

    return (struct store_view){
        .key = (const char *)store->bytes + offset,
        .value = store->bytes + offset + entry->key_length,
        .key_length = entry->key_length,
        .value_length = entry->value_length,
        .revision = entry->revision,
    };
}

static int compare(const char *a, size_t a_length, const char *b, size_t b_length)
{
    int order = memcmp(a, b, a_length < b_length ? a_length : b_length);

    return order != 0 ? order : (a_length > b_length) - (a_length < b_length);
}

/* Index of the client's entry with this key, and where its bytes begin; `entries` when none. */
static uint32_t find_entry(const struct store *store, uint32_t client, const char *key,
                           uint32_t *offset)
{
    size_t length = strlen(key);
    uint32_t i, at = 0;

    for (i = 0; i < store->entries; at += entry_bytes(&store->entry[i++]))
        if (store->entry[i].client == client &&
            compare((const char *)store->bytes + at, store->entry[i].key_length, key, length) == 0)
            break;
    *offset = at;
    return i;
}

static void remove_entry(struct store *store, uint32_t index, uint32_t offset)
{
    uint32_t size = entry_bytes(&store->entry[index]);
    struct store_client *client = &store->client[store->entry[index].client];

    client->entries--;
    client->bytes -= size;
    store->entries--;
    store->used -= size;
    memmove(store->bytes + offset, store->bytes + offset + size, store->used - offset);
    memset(store->bytes + store->used, 0, size);
    memmove(&store->entry[index], &store->entry[index + 1],
            (store->entries - index) * sizeof store->entry[0]);
}

static void append_entry(struct store *store, uint32_t client, const char *key, size_t key_length,
                         const uint8_t *value, size_t value_length)
{
    struct store_client *owner = &store->client[client];
    struct store_entry *entry = &store->entry[store->entries++];

    *entry = (struct store_entry){++owner->revision, (uint16_t)client, (uint16_t)key_length,
                                  (uint16_t)value_length};
    memcpy(store->bytes + store->used, key, key_length);
    if (value_length > 0)
        memcpy(store->bytes + store->used + key_length, value, value_length);
    store->used += entry_bytes(entry);
    owner->entries++;
    owner->bytes += entry_bytes(entry);
}

/* The client's quota is returned with its entries. */
static void end_client(struct sg_sessions *sessions, struct sg_session *session)
{
    struct store *store = (struct store *)((char *)sessions - offsetof(struct store, sessions));
    uint32_t client = index_of(store, session), offset = 0;

    for (uint32_t i = 0; i < store->entries;) {
        if (store->entry[i].client == client)
            remove_entry(store, i, offset);
        else
            offset += entry_bytes(&store->entry[i++]);
    }
}

/* Whether the store and the client have room for an entry that replaces `old` bytes, if any. */
static enum store_result check_room(const struct store *store, uint32_t client, size_t size,
                                    const struct store_entry *old)
{
    uint32_t freed = old == NULL ? 0 : entry_bytes(old);
    uint32_t gone = old != NULL;
    const struct store_client stranger = {0};
    const struct store_client *owner = client < STORE_CLIENTS ? &store->client[client] : &stranger;

    if (owner->entries - gone >= store->quota.entries ||
        owner->bytes - freed + size > store->quota.bytes)
        return STORE_OVER_QUOTA;
    if (store->entries - gone >= STORE_ENTRIES || store->used - freed + size > STORE_BYTES)
        return STORE_FULL;
    return STORE_OK;
}

enum store_result store_put(struct store *store, uint64_t badge, const char *key,
                            const uint8_t *value, size_t value_length, uint64_t *revision)
{
    size_t key_length = strlen(key);
    uint32_t client = find_client(store, badge), offset;
    uint32_t old = find_entry(store, client, key, &offset);
    enum store_result result;

    if (key_length == 0 || key_length > STORE_KEY_MAX)
        return STORE_BAD_KEY;
    if (value_length > STORE_VALUE_MAX)
        return STORE_BAD_VALUE;
    result = check_room(store, client, key_length + value_length,
                        old < store->entries ? &store->entry[old] : NULL);
    if (result != STORE_OK)
        return result;
    client = index_of(store, sg_session_of(&store->sessions, badge));
    if (client == STORE_CLIENTS)
        return STORE_FULL;
    if (old < store->entries)
        remove_entry(store, old, offset);
    append_entry(store, client, key, key_length, value, value_length);
    *revision = store->client[client].revision;
    return STORE_OK;
}

bool store_get(const struct store *store, uint64_t badge, const char *key, struct store_view *view)
{
    uint32_t offset, index = find_entry(store, find_client(store, badge), key, &offset);

    if (index == store->entries)
        return false;
    *view = view_of(store, index, offset);
    return true;
}

bool store_delete(struct store *store, uint64_t badge, const char *key)
{
    uint32_t client = find_client(store, badge), offset;
    uint32_t index = find_entry(store, client, key, &offset);

    if (index == store->entries)
        return false;
    remove_entry(store, index, offset);
    store->client[client].revision++;
    return true;
}

bool store_next(const struct store *store, uint64_t badge, const char *after,
                struct store_view *view)
{
    uint32_t client = find_client(store, badge), offset = 0;
    size_t after_length = strlen(after);
    bool found = false;

    for (uint32_t i = 0; i < store->entries; offset += entry_bytes(&store->entry[i++])) {
        struct store_view next = view_of(store, i, offset);

        if (store->entry[i].client != client ||
            compare(next.key, next.key_length, after, after_length) <= 0)
            continue;
        if (!found || compare(next.key, next.key_length, view->key, view->key_length) < 0)
            *view = next;
        found = true;
    }
    return found;
}

struct store_client store_usage(const struct store *store, uint64_t badge)
{
    uint32_t client = find_client(store, badge);

    return client < STORE_CLIENTS ? store->client[client]
                                  : (struct store_client){.session.badge = badge};
}
