/* SPDX-License-Identifier: BSD-2-Clause */
/* The two system calls, as plain functions. Everything else in the SDK reaches the kernel through
   them, so a test replaces the kernel by defining both. */
#pragma once

#include <stdint.h>

#include "abi/ring.h"
#include "signet/status.h"

struct sg_enter_result {
    enum sg_status status; /* SG_OK, SG_TIMED_OUT, SG_BAD_RING, SG_BAD_ARGUMENT */
    uint32_t consumed;     /* submissions the kernel took */
    uint32_t unread;       /* completions waiting to be read */
};

/* The registers of `invoke`, before and after. Out: operation holds a status, or flags, caps, method
   and length; handle holds the badge or value; token holds token | offset << 32; deadline_ns holds
   the bytes that came in the arena. */
struct sg_registers {
    uint64_t operation;
    uint64_t handle;
    uint64_t deadline_ns; /* with SG_CALL_UNTIL or SG_CALL_RELATIVE in the operation's flags */
    uint64_t token;
    uint64_t word[SG_REGISTER_BYTES / 8];
};

/* Has the kernel take up to `submit` entries, then waits until `wait` completions are unread: for ever,
   or as one of enum sg_call_flag says. */
struct sg_enter_result sg_enter(uint32_t submit, uint32_t wait, uint64_t deadline_ns,
                                uint32_t flags);

/* Carries out one operation and waits for its completion. */
void sg_invoke(struct sg_registers *registers);

/* The flag that makes a call wait until a deadline, which may be SG_FOREVER. */
static inline uint32_t sg_until(uint64_t deadline_ns)
{
    return deadline_ns == SG_FOREVER ? 0 : SG_CALL_UNTIL;
}

/* The operation word of `invoke`. */
static inline uint64_t sg_operation_word(enum sg_opcode opcode, uint32_t flags, uint32_t method,
                                         uint32_t bytes)
{
    return (uint64_t)opcode | (uint64_t)flags << 8 | (uint64_t)method << 16 | (uint64_t)bytes << 24;
}

/* After `invoke`: bytes received, or a negative enum sg_status. */
static inline int32_t sg_registers_result(const struct sg_registers *registers)
{
    int32_t result = (int32_t)(uint32_t)registers->operation;

    if (result < 0)
        return result;
    return result & SG_COMPLETE_REGISTERS ? result >> 24 : (int32_t)registers->deadline_ns;
}

/* Bits of what an `invoke` that succeeded received; of one that failed, 0. */
static inline uint8_t sg_registers_byte(const struct sg_registers *registers, uint32_t first_bit)
{
    uint32_t result = (uint32_t)registers->operation;

    return (int32_t)result < 0 ? 0 : (uint8_t)(result >> first_bit);
}

/* After `invoke`: the method received. */
static inline uint16_t sg_registers_method(const struct sg_registers *registers)
{
    return sg_registers_byte(registers, 16);
}

/* After `invoke`: capabilities received. */
static inline uint8_t sg_registers_caps(const struct sg_registers *registers)
{
    return sg_registers_byte(registers, 8);
}

/* What the kernel makes of the registers, for those who stand in for it: a negative status, or so many
   bytes in the payload registers (SG_COMPLETE_REGISTERS) or in the arena. */
static inline void sg_registers_return(struct sg_registers *registers, int32_t result,
                                       uint32_t flags, uint16_t method)
{
    uint32_t in_registers = flags & SG_COMPLETE_REGISTERS ? (uint32_t)result : 0;

    registers->operation = result < 0 ? (uint32_t)result
                                      : flags | (uint32_t)method << 16 | in_registers << 24;
    registers->deadline_ns = result < 0 ? 0 : (uint32_t)result - in_registers;
}

/* After `invoke`: enum sg_completion_flag. */
static inline uint8_t sg_registers_flags(const struct sg_registers *registers)
{
    return sg_registers_byte(registers, 0);
}
