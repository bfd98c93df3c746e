/* SPDX-License-Identifier: BSD-2-Clause */
#include "sample_server.h"

#include <string.h>

static enum sg_rpc_status note(struct sample_server *server, struct sg_call *call)
{
    server->call_count++;
    server->last = *call;
    if (server->status == SG_RPC_LATER)
        server->held = sg_call_hold(call);
    return server->status;
}

enum sg_rpc_status signet_sample_v1_Sample_Add_handle(void *self, struct sg_call *call,
                                                      const signet_sample_v1_AddRequest *request,
                                                      signet_sample_v1_AddReply *reply)
{
    reply->sum = (uint64_t)request->a + request->b;
    return note(self, call);
}

/* Gives the points' x back, and as many bytes of picture as the sum of their y. */
enum sg_rpc_status signet_sample_v1_Sample_Draw_handle(void *self, struct sg_call *call,
                                                       const signet_sample_v1_DrawRequest *request,
                                                       signet_sample_v1_DrawReply *reply)
{
    reply->lengths_count = request->points_count;
    for (pb_size_t i = 0; i < request->points_count; i++) {
        reply->lengths[i] = (uint32_t)request->points[i].x;
        reply->picture.size += (pb_size_t)request->points[i].y;
    }
    memset(reply->picture.bytes, request->name[0], reply->picture.size);
    return note(self, call);
}

enum sg_rpc_status signet_sample_v1_Sample_Last_handle(void *self, struct sg_call *call,
                                                       const signet_sample_v1_Nothing *request,
                                                       signet_sample_v1_Nothing *reply)
{
    (void)request;
    (void)reply;
    return note(self, call);
}
