/* SPDX-License-Identifier: BSD-2-Clause */
/* Waits that are submitted again as soon as they completed. */
#include <stddef.h>

#include "abi/object.h"
#include "signet/loop.h"

static enum sg_status wait_again(struct sg_watch *watch)
{
    struct sg_submission submission = {.opcode = SG_OP_CALL,
                                       .method = watch->method,
                                       .handle_index = watch->handle.index,
                                       .handle_generation = watch->handle.generation};

    return sg_loop_submit(watch->loop, &submission, &watch->operation);
}

static void fail(struct sg_watch *watch, enum sg_status status)
{
    if (watch->failed != NULL)
        watch->failed(watch, status);
}

static void watched(struct sg_operation *operation, const struct sg_completion *completion)
{
    struct sg_watch *watch = (struct sg_watch *)operation;

    if (completion->result < 0) {
        fail(watch, (enum sg_status)completion->result);
        return;
    }
    watch->ready(watch, completion->badge);
    enum sg_status status = wait_again(watch);
    if (status != SG_OK)
        fail(watch, status);
}

_Static_assert(offsetof(struct sg_watch, operation) == 0, "an operation is its watch");

static enum sg_status start(struct sg_loop *loop, struct sg_handle handle, uint16_t method,
                            struct sg_watch *watch)
{
    watch->operation.done = watched;
    watch->loop = loop;
    watch->handle = handle;
    watch->method = method;
    return wait_again(watch);
}

enum sg_status sg_loop_irq(struct sg_loop *loop, struct sg_handle irq, struct sg_watch *watch)
{
    return start(loop, irq, SG_IRQ_WAIT, watch);
}

enum sg_status sg_loop_notification(struct sg_loop *loop, struct sg_handle notification,
                                    struct sg_watch *watch)
{
    return start(loop, notification, SG_NOTIFICATION_WAIT, watch);
}
