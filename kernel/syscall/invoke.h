/* SPDX-License-Identifier: BSD-2-Clause */
/* One operation, whichever way it came: a submission taken from a ring, or the registers of invoke. */
#pragma once

#include "object/object.h"
#include "object/op.h"

/* Whether an operation may be carried out: SG_OK, SG_BAD_OPERATION or SG_BAD_ARGUMENT. Only a reply
   rearms and has a token, only the register form says where its message is, and the method of a reply
   has a byte to travel in. Nothing but the first words of a submission is looked at. */
/*@ requires \valid_read(invocation);
    assigns \nothing;
    ensures operation: \result == SG_BAD_OPERATION <==>
      invocation->opcode >= SG_OP_COUNT || ((opcode_mask >> invocation->opcode) & 1) == 0;
    ensures \result == SG_OK || \result == SG_BAD_OPERATION || \result == SG_BAD_ARGUMENT;
    ensures token: \result == SG_OK && invocation->opcode != SG_OP_REPLY ==>
      invocation->token == 0;
    ensures method: \result == SG_OK ==> invocation->method <= SG_REPLY_METHOD_MAX;
    ensures flags: \result == SG_OK && invocation->opcode != SG_OP_REPLY ==>
      (invocation->flags & (uint32_t)~flags_allowed) == 0;
    ensures rearm: \result == SG_OK && invocation->opcode == SG_OP_REPLY ==>
      (invocation->flags & (uint32_t) ~(flags_allowed | SG_SUBMIT_REARM)) == 0;
    ensures permitted: \result == SG_BAD_ARGUMENT ==>
      invocation->method > SG_REPLY_METHOD_MAX ||
      invocation->opcode != SG_OP_REPLY &&
        (invocation->token != 0 || (invocation->flags & (uint32_t)~flags_allowed) != 0) ||
      invocation->opcode == SG_OP_REPLY &&
        (invocation->flags & (uint32_t) ~(flags_allowed | SG_SUBMIT_REARM)) != 0;
*/
MUST_USE static inline enum sg_status invocation_check(const struct invocation *invocation,
                                                       uint32_t opcode_mask, uint32_t flags_allowed)
{
    bool is_reply = invocation->opcode == SG_OP_REPLY;

    if (invocation->opcode >= SG_OP_COUNT || !(opcode_mask >> invocation->opcode & 1))
        return SG_BAD_OPERATION;
    if (is_reply)
        flags_allowed |= SG_SUBMIT_REARM;
    return !(invocation->flags & ~flags_allowed) && (is_reply || invocation->token == 0) &&
                   invocation->method <= SG_REPLY_METHOD_MAX
               ? SG_OK
               : SG_BAD_ARGUMENT;
}

/* Carries out an operation that may be. STATUS_PENDING: its record completes it, or already has. Any
   other status: it is over, and no record was used. */
MUST_USE enum sg_status invoke(struct invocation *invocation);

/* The same for a CALL whose target is resolved and permitted. */
MUST_USE enum sg_status invoke_target(struct invocation *invocation);

/* And for one that is not a call to a server. */
MUST_USE enum sg_status invoke_object(struct invocation *invocation);
