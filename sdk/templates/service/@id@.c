/* SPDX-License-Identifier: BSD-2-Clause */
#include "@id@.h"

#include "@id@/v1/@id@.rpc.h"

#include <signet/startup.h>
#include <stdio.h>

enum sg_rpc_status @id@_v1_@Name@_Greet_handle(void *self, struct sg_call *call,
    const @id@_v1_GreetRequest *request,
    @id@_v1_GreetReply *reply)
{
    struct @id@ *state = self;

    (void)call; /* call->badge says who asks */
    state->greetings++;
    snprintf(reply->text, sizeof reply->text, "Hello, %s!", request->name);
    return SG_RPC_OK;
}

enum sg_rpc_status @id@_v1_@Name@_Count_handle(void *self, struct sg_call *call,
    const @id@_v1_CountRequest *request,
    @id@_v1_CountReply *reply)
{
    const struct @id@ *state = self;

    (void)call;
    (void)request;
    reply->greetings = state->greetings;
    return SG_RPC_OK;
}

enum sg_status serve_@id@(struct @id@ *state, struct sg_loop *loop)
{
    return sg_loop_serve(loop, sg_provided("@name@"), &@id@_v1_@Name@_interface,
                         state);
}
