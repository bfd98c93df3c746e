/* SPDX-License-Identifier: BSD-2-Clause */
#include "object/ioport.h"

/* Whether so many ports from the first on are there and lie wholly in the range. */
/*@ requires \valid_read(range);
    assigns \nothing;
    ensures exact: \result != 0 <==>
      count > 0 && range->first <= first && first + count <= range->first + range->count;
*/
static bool holds(const struct ioport *range, uint64_t first, uint64_t count)
{
    return count != 0 && count <= range->count && first >= range->first &&
           first - range->first <= range->count - count;
}

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
    return holds(ioport_at(head), first, count) ? SG_OK : SG_BAD_ARGUMENT;
}

void ioport_create(uint32_t head, const struct create_parameters *parameters)
{
    *ioport_at(head) = (struct ioport){.first = (uint32_t)parameters->value[1],
                                       .count = (uint32_t)parameters->value[2]};
}

/* (port, width[, value]) */
enum sg_status ioport_call(struct invocation *invocation)
{
    const struct ioport *ioport = ioport_at(invocation->target.object);
    const uint64_t *argument = invocation->argument;
    uint64_t width = argument[1];

    if (invocation->method != SG_IOPORT_IN && invocation->method != SG_IOPORT_OUT)
        return SG_BAD_OPERATION;
    if ((width != 1 && width != 2 && width != 4) || !holds(ioport, argument[0], width))
        return SG_BAD_ARGUMENT;
    if (invocation->method == SG_IOPORT_IN)
        invocation->value = arch_port_in((uint16_t)argument[0], (uint32_t)width);
    else
        arch_port_out((uint16_t)argument[0], (uint32_t)width, (uint32_t)argument[2]);
    return SG_OK;
}
