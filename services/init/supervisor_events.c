/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernel records, for whom the manifest lets look. */
#include <signet/object.h>

#include "init.h"
#include "supervisor/v1/supervisor.rpc.h"

enum sg_rpc_status
signet_supervisor_v1_Supervisor_Events_handle(void *self, struct sg_call *call,
                                              const signet_supervisor_v1_EventsRequest *request,
                                              signet_supervisor_v1_EventsReply *reply)
{
    const struct init *init = self;
    (void)call;
    (void)request;
    reply->has_events = true;
    reply->events.handle = init->boot->events;
    return SG_RPC_OK;
}

enum sg_rpc_status
signet_supervisor_v1_Supervisor_Record_handle(void *self, struct sg_call *call,
                                              const signet_supervisor_v1_RecordRequest *request,
                                              signet_supervisor_v1_RecordReply *reply)
{
    const struct init *init = self;
    (void)call;
    if (sg_cpu_record(init->boot->cpu[0], request->kinds) != SG_OK)
        reply->result = signet_supervisor_v1_Result_NO_SUCH_KIND;
    return SG_RPC_OK;
}
