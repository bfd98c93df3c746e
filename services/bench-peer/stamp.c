/* SPDX-License-Identifier: BSD-2-Clause */
#include <signet/frames.h>
#include <signet/object.h>
#include <signet/startup.h>
#include <signet/syscall.h>
#include <stddef.h>

#include "peer.h"

static int run(struct sg_handle page, struct peer_stamp *stamp)
{
    enum sg_status status = sg_map(page, 0, 1, SG_MAP_READ | SG_MAP_WRITE, (void **)&stamp->page);

    return status == SG_OK ? (int)peer_stamp(stamp) : (int)status;
}

int peer_stamp_interrupts(struct sg_handle endpoint)
{
    struct sg_handle irq = sg_capability("interrupt"), page;
    struct peer_stamp stamp = {sg_operation_word(SG_OP_CALL, 0, SG_IRQ_WAIT, 0),
                               sg_handle_word(irq), sg_operation_word(SG_OP_CALL, 0, SG_IRQ_ACK, 0),
                               sg_handle_word(irq), NULL};
    enum sg_status status = peer_meet(endpoint, &page, 1);

    if (status == SG_OK)
        status = sg_irq_ack(irq);
    return status == SG_OK ? run(page, &stamp) : (int)status;
}

int peer_stamp_signals(struct sg_handle endpoint)
{
    struct sg_handle sent[3]; /* the page, what to wait for, what to signal */
    enum sg_status status = peer_meet(endpoint, sent, 3);
    struct peer_stamp stamp = {
        sg_operation_word(SG_OP_CALL, 0, SG_NOTIFICATION_WAIT, 0), sg_handle_word(sent[1]),
        sg_operation_word(SG_OP_CALL, 0, SG_NOTIFICATION_SIGNAL, 0), sg_handle_word(sent[2]), NULL};

    return status == SG_OK ? run(sent[0], &stamp) : (int)status;
}
