/* SPDX-License-Identifier: BSD-2-Clause */
/* One operation, whichever way it came: a submission taken from a ring, or the registers of invoke. */
#pragma once

#include "object/object.h"
#include "object/op.h"

/* The header of an operation, the first four bytes of a submission: opcode, flags, method. */
#define HEADER_OPCODE UINT32_C(0xff)
#define HEADER_FLAGS(flags) ((uint32_t)(flags) << 8)
#define HEADER_RESERVED UINT32_C(0xff00ff00) /* a method has a byte to travel in */
#define HEADER_FIXED (HEADER_OPCODE | HEADER_RESERVED)

/* Whether an operation may be carried out: SG_OK, SG_BAD_OPERATION or SG_BAD_ARGUMENT. No bit of
   `reserved` is set in its header; but only a reply rearms and has a token. */
/*@ requires (reserved & HEADER_RESERVED) == reserved;
    assigns \nothing;
    ensures operation: \result == SG_BAD_OPERATION <==>
      (header & HEADER_OPCODE) >= SG_OP_COUNT ||
      ((opcode_mask >> (header & HEADER_OPCODE)) & 1) == 0;
    ensures \result == SG_OK || \result == SG_BAD_OPERATION || \result == SG_BAD_ARGUMENT;
    ensures token: \result == SG_OK && (header & HEADER_OPCODE) != SG_OP_REPLY ==> token == 0;
    ensures bits: \result == SG_OK && (header & HEADER_OPCODE) != SG_OP_REPLY ==>
      (header & reserved) == 0;
    ensures rearm: \result == SG_OK && (header & HEADER_OPCODE) == SG_OP_REPLY ==>
      (header & reserved) == 0 || (header & reserved) == HEADER_FLAGS(SG_SUBMIT_REARM);
    ensures permitted: \result == SG_BAD_ARGUMENT ==>
      (header & reserved) != 0 || (header & HEADER_OPCODE) != SG_OP_REPLY && token != 0;
*/
MUST_USE static inline enum sg_status invocation_check(uint32_t header, uint32_t token,
                                                       uint32_t opcode_mask, uint32_t reserved)
{
    uint32_t opcode = header & HEADER_OPCODE;

    if (UNLIKELY(opcode >= SG_OP_COUNT))
        return SG_BAD_OPERATION;
    if (UNLIKELY(!(opcode_mask >> opcode & 1)))
        return SG_BAD_OPERATION;
    if (opcode != SG_OP_REPLY)
        return UNLIKELY(header & reserved) || UNLIKELY(token != 0) ? SG_BAD_ARGUMENT : SG_OK;
    return LIKELY((header & reserved) == HEADER_FLAGS(SG_SUBMIT_REARM)) || !(header & reserved)
               ? SG_OK
               : SG_BAD_ARGUMENT;
}

/* Whether it is a NOP that may be carried out, where `nop` is SG_OP_NOP or, if NOPs may not, UINT32_MAX. */
/*@ assigns \nothing;
    ensures \result == 1 || \result == 0;
    ensures exact: \result == 1 <==> (header & HEADER_FIXED) == nop && token == 0;
*/
static inline bool invocation_is_nop(uint32_t header, uint32_t token, uint32_t nop)
{
    return (header & HEADER_FIXED) == nop && token == 0;
}

/* Carries out an operation that may be. STATUS_PENDING: its record completes it, or already has. Any
   other status: it is over, and no record was used. */
MUST_USE enum sg_status invoke(struct invocation *invocation);

/* The same for a CALL whose target is resolved and permitted. */
MUST_USE enum sg_status invoke_target(struct invocation *invocation);

/* And for one that is not a call to a server. */
MUST_USE enum sg_status invoke_object(struct invocation *invocation);
