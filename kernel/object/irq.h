/* SPDX-License-Identifier: BSD-2-Clause */
/* An interrupt line, owned by one object at a time. From its interrupt until ACK the line is masked,
   so it is delivered at most once until acknowledged, and none is lost. */
#pragma once

#include "object/notification.h"

#define IRQ_LINES_MAX 256u

struct irq {
    struct notification arrived;
    uint32_t line;
    bool is_masked; /* delivered and not acknowledged */
};

static inline struct irq *irq_at(uint32_t head)
{
    return arch_frame_pointer(head);
}

/* Notes an interrupt of a line, which arch has masked, or of none: the thread to be woken for it, or NULL. */
MUST_USE struct thread *irq_deliver(uint32_t line);

MUST_USE enum sg_status irq_check(const struct cspace *cspace,
                                  struct create_parameters *parameters);
MUST_USE enum sg_status irq_acquire(const struct create_parameters *parameters);
void irq_create(uint32_t head, const struct create_parameters *parameters);
MUST_USE enum sg_status irq_call(struct invocation *invocation);
MUST_USE bool irq_dismantle(uint32_t head);
