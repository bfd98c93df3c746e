/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/irq.h"

#include "object/event.h"

/* Which object owns a line; kernel_lock protects it. */
static uint32_t owner[IRQ_LINES_MAX];

/* 0: irq control, 1: line, 2: trigger */
enum sg_status irq_check(const struct cspace *cspace, struct create_parameters *parameters)
{
    uint32_t control;
    enum sg_status status = capability_require(cspace, parameters->value[0], SG_TYPE_IRQ_CONTROL,
                                               SG_IRQ_CONTROL_CREATE, &control);

    if (status != SG_OK)
        return status;
    if (parameters->value[1] >= IRQ_LINES_MAX || parameters->value[2] > SG_IRQ_LEVEL_LOW)
        return SG_BAD_ARGUMENT;
    return owner[parameters->value[1]] == FRAME_NONE ? SG_OK : SG_BUSY;
}

enum sg_status irq_acquire(const struct create_parameters *parameters)
{
    return arch_irq_open((uint32_t)parameters->value[1], (enum sg_irq_trigger)parameters->value[2]);
}

/* The line stays masked until the first ACK. */
void irq_create(uint32_t head, const struct create_parameters *parameters)
{
    struct irq *irq = irq_at(head);

    notification_init(&irq->arrived);
    irq->line = (uint32_t)parameters->value[1];
    irq->is_masked = true;
    owner[irq->line] = head;
}

struct thread *irq_deliver(uint32_t line)
{
    if (line >= IRQ_LINES_MAX || owner[line] == FRAME_NONE)
        return NULL;
    struct irq *irq = irq_at(owner[line]);
    irq->is_masked = true;
    EVENT(SG_EVENT_IRQ, owner[line], line);
    return notification_post(&irq->arrived);
}

enum sg_status irq_call(struct invocation *invocation)
{
    struct irq *irq = irq_at(invocation->target.object);

    switch (invocation->method) {
    case SG_IRQ_WAIT:
        return notification_wait(&irq->arrived, invocation);
    case SG_IRQ_ACK:
        if (irq->is_masked) {
            irq->is_masked = false;
            arch_irq_unmask(irq->line);
        }
        return SG_OK;
    default:
        return SG_BAD_OPERATION;
    }
}

bool irq_dismantle(uint32_t head)
{
    struct irq *irq = irq_at(head);

    if (owner[irq->line] == head) {
        arch_irq_mask(irq->line);
        arch_irq_close(irq->line);
        owner[irq->line] = FRAME_NONE;
    }
    return notification_abandon(&irq->arrived);
}
