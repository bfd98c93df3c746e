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

/* The registers of `invoke`, before and after. Out: operation holds result, flags, caps and method;
   handle holds the badge or value; token holds token | offset << 32. */
struct sg_registers {
    uint64_t operation;
    uint64_t handle;
    uint64_t deadline_ns;
    uint64_t token;
    uint64_t word[SG_REGISTER_BYTES / 8];
};

/* Has the kernel take up to `submit` entries, then waits until `wait` completions are unread. */
struct sg_enter_result sg_enter(uint32_t submit, uint32_t wait, uint64_t deadline_ns,
                                uint32_t flags);

/* Carries out one operation and waits for its completion. */
void sg_invoke(struct sg_registers *registers);

/* The operation word of `invoke`. */
static inline uint64_t sg_operation_word(enum sg_opcode opcode, uint32_t flags, uint32_t method,
                                         uint32_t bytes)
{
    return (uint64_t)opcode | (uint64_t)flags << 8 | (uint64_t)method << 16 | (uint64_t)bytes << 32;
}

/* After `invoke`: bytes received, or a negative enum sg_status. */
static inline int32_t sg_registers_result(const struct sg_registers *registers)
{
    return (int32_t)(uint32_t)registers->operation;
}

/* After `invoke`: the method received. */
static inline uint16_t sg_registers_method(const struct sg_registers *registers)
{
    return (uint16_t)(registers->operation >> 48);
}

/* After `invoke`: capabilities received. */
static inline uint8_t sg_registers_caps(const struct sg_registers *registers)
{
    return (uint8_t)(registers->operation >> 40);
}

/* After `invoke`: enum sg_completion_flag. */
static inline uint8_t sg_registers_flags(const struct sg_registers *registers)
{
    return (uint8_t)(registers->operation >> 32);
}
