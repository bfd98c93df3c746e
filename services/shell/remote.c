/* SPDX-License-Identifier: BSD-2-Clause */
#include "remote.h"

#include <signet/async.h>

static void finished(struct sg_async *async)
{
    (void)async;
}

struct sg_result remote_call(struct input *input, struct sg_handle service,
                             const struct sg_rpc_method *method, const struct sg_rpc_bytes *request,
                             struct sg_rpc_bytes *reply)
{
    struct sg_async async = {0};
    const struct sg_async_call call = {&input->loop, method, reply, finished};
    enum sg_status status = sg_async_start(&async, &call, service, request);

    if (status != SG_OK)
        return (struct sg_result){.transport = status};
    while (sg_async_is_in_flight(&async)) {
        input_wait(input);
        if (input_interrupted(input))
            sg_async_cancel(&async);
    }
    return async.result;
}
