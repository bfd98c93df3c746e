/* SPDX-License-Identifier: BSD-2-Clause */
/* kv: keys and values in memory, for clients told apart by their badges. The store (store.h) keeps
   the rules; here its answers are put into messages. A client's keys end
   with its process, and all with this one. */
#include "quota.h"

#include "kv/v1/kv.rpc.h"

#include <signet/log.h>
#include <signet/metrics.h>
#include <signet/service.h>
#include <signet/startup.h>
#include <string.h>

static struct store store;

SG_COUNTER(puts, "puts");
SG_COUNTER(gets, "gets");
SG_GAUGE(entries, "entries");
SG_GAUGE(bytes, "bytes");
SG_HISTOGRAM(value_bytes, "value-bytes");

/* What the store holds, after it changed. */
static void measure_store(void)
{
    sg_gauge_set(entries, store.entries);
    sg_gauge_set(bytes, store.used);
}

_Static_assert(sizeof((signet_kv_v1_PutRequest *)0)->key == STORE_KEY_MAX + 1, "kv.options");
_Static_assert(sizeof((signet_kv_v1_PutRequest *)0)->value.bytes == STORE_VALUE_MAX, "kv.options");

static signet_kv_v1_Result result_of(enum store_result result)
{
    switch (result) {
    case STORE_OK:
        return signet_kv_v1_Result_DONE;
    case STORE_OVER_QUOTA:
        return signet_kv_v1_Result_OVER_QUOTA;
    case STORE_FULL:
        return signet_kv_v1_Result_STORE_FULL;
    case STORE_BAD_KEY:
    case STORE_BAD_VALUE: /* the message bounds it */
        break;
    }
    return signet_kv_v1_Result_BAD_KEY;
}

enum sg_rpc_status signet_kv_v1_Kv_Put_handle(void *self, struct sg_call *call,
                                              const signet_kv_v1_PutRequest *request,
                                              signet_kv_v1_PutReply *reply)
{
    reply->result = result_of(store_put(self, call->badge, request->key, request->value.bytes,
                                        request->value.size, &reply->revision));
    sg_count(puts, 1);
    sg_observe(value_bytes, request->value.size);
    measure_store();
    return SG_RPC_OK;
}

enum sg_rpc_status signet_kv_v1_Kv_Get_handle(void *self, struct sg_call *call,
                                              const signet_kv_v1_GetRequest *request,
                                              signet_kv_v1_GetReply *reply)
{
    struct store_view view;

    sg_count(gets, 1);
    reply->found = store_get(self, call->badge, request->key, &view);
    if (!reply->found)
        return SG_RPC_OK;
    reply->revision = view.revision;
    reply->value.size = (pb_size_t)view.value_length;
    memcpy(reply->value.bytes, view.value, view.value_length);
    return SG_RPC_OK;
}

enum sg_rpc_status signet_kv_v1_Kv_Delete_handle(void *self, struct sg_call *call,
                                                 const signet_kv_v1_DeleteRequest *request,
                                                 signet_kv_v1_DeleteReply *reply)
{
    reply->found = store_delete(self, call->badge, request->key);
    measure_store();
    return SG_RPC_OK;
}

enum sg_rpc_status signet_kv_v1_Kv_List_handle(void *self, struct sg_call *call,
                                               const signet_kv_v1_ListRequest *request,
                                               signet_kv_v1_ListReply *reply)
{
    const char *after = request->after;
    struct store_view view;

    while (reply->row_count < sizeof reply->row / sizeof reply->row[0] &&
           store_next(self, call->badge, after, &view)) {
        signet_kv_v1_Row *row = &reply->row[reply->row_count++];

        memcpy(row->key, view.key, view.key_length);
        row->key[view.key_length] = 0;
        row->value_bytes = view.value_length;
        row->revision = view.revision;
        after = row->key;
    }
    return SG_RPC_OK;
}

enum sg_rpc_status signet_kv_v1_Kv_Usage_handle(void *self, struct sg_call *call,
                                                const signet_kv_v1_UsageRequest *request,
                                                signet_kv_v1_UsageReply *reply)
{
    const struct store *kept = self;
    struct store_client client = store_usage(kept, call->badge);

    (void)request;
    reply->entries = client.entries;
    reply->bytes = client.bytes;
    reply->entries_quota = kept->quota.entries;
    reply->bytes_quota = kept->quota.bytes;
    reply->revision = client.revision;
    return SG_RPC_OK;
}

static void client_gone(struct sg_service *service, uint32_t process, uint32_t instance)
{
    (void)service;
    (void)process;
    (void)instance;
    measure_store();
}

int main(void)
{
    struct store_quota quota;
    struct sg_loop loop;
    struct sg_service service = {
        .loop = &loop, .sessions = &store.sessions, .client_gone = client_gone};
    enum sg_status status;

    if (!quota_read(&quota))
        return 1;
    store_start(&store, quota);
    sg_loop_init(&loop, sg_own_ring());
    status = sg_loop_serve(&loop, sg_provided("kv"), &signet_kv_v1_Kv_interface, &store);
    if (status == SG_OK)
        return sg_service_run(&service);
    sg_log(SG_LOG_ERROR, "endpoint kv: %s", sg_status_text(status));
    return 1;
}
