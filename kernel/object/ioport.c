/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/ioport.h"

/* 0: parent ioport, 1: first port, 2: port count */
enum sg_status ioport_check(const struct cspace *cspace, struct create_parameters *parameters)
{
    uint64_t first = parameters->value[1];
    uint64_t count = parameters->value[2];
    uint32_t head;
    enum sg_status status =
        capability_require(cspace, parameters->value[0], SG_TYPE_IOPORT, SG_IOPORT_CARVE, &head);

    if (status != SG_OK)
        return status;
    const struct ioport *parent = ioport_at(head);
    if (count == 0 || count > parent->count || first < parent->first ||
        first - parent->first > parent->count - count)
        return SG_BAD_ARGUMENT;
    return SG_OK;
}

void ioport_create(uint32_t head, const struct create_parameters *parameters)
{
    struct ioport *ioport = ioport_at(head);

    ioport->first = (uint32_t)parameters->value[1];
    ioport->count = (uint32_t)parameters->value[2];
}

/* Whether an access lies wholly in the range. */
static bool access_fits(const struct ioport *ioport, uint64_t port, uint64_t width)
{
    return (width == 1 || width == 2 || width == 4) && width <= ioport->count &&
           port >= ioport->first && port - ioport->first <= ioport->count - width;
}

/* (port, width[, value]) */
enum sg_status ioport_call(struct invocation *invocation)
{
    const struct ioport *ioport = ioport_at(invocation->target.object);
    const uint64_t *argument = invocation->argument;

    if (invocation->method != SG_IOPORT_IN && invocation->method != SG_IOPORT_OUT)
        return SG_BAD_OPERATION;
    if (!access_fits(ioport, argument[0], argument[1]))
        return SG_BAD_ARGUMENT;
    if (invocation->method == SG_IOPORT_IN)
        invocation->value = arch_port_in((uint16_t)argument[0], (uint32_t)argument[1]);
    else
        arch_port_out((uint16_t)argument[0], (uint32_t)argument[1], (uint32_t)argument[2]);
    return SG_OK;
}
