/* SPDX-License-Identifier: BSD-2-Clause */
/* Behind the fake kernel: servers that are called by the ring and answer when the test says so,
   capabilities that can be asked for and released, and a clock. */
#pragma once

#include <stdbool.h>

#include "abi/object.h"
#include "fake_kernel.h"

/* Begins anew; the kernel's invoke is the peer's. */
void peer_begin(void);

/* Calls that the kernel has taken and that have not completed. NOPs complete at once. */
uint32_t peer_open(void);
/* The oldest of them but `skip`. */
const struct sg_submission *peer_call(uint32_t skip);
/* Completes it: with a status, or with so many bytes of reply, envelope included, and capabilities. */
void peer_fail(uint32_t skip, enum sg_status status);
void peer_answer(uint32_t skip, const void *reply, uint32_t length);
void peer_answer_with(uint32_t skip, const void *reply, uint32_t length,
                      const struct sg_handle *handle, uint32_t count);

/* A capability of this process. */
struct sg_handle peer_grant(enum sg_type type, uint64_t rights);
/* How many of those granted are not released. */
uint32_t peer_granted(void);
bool peer_has(struct sg_handle handle);

/* What the last REPLY by system call was, and how many there were. */
struct peer_reply {
    struct sg_registers registers;
    uint32_t count;
};
extern struct peer_reply peer_reply;
/* What such a reply comes back with; a probe (a reply of no capability) is refused as long as this is
   SG_OK. */
extern int32_t peer_reply_result;
extern uint32_t peer_probes;

/* Time, for sg_cpu_now. */
extern uint64_t peer_now_ns;
extern uint32_t peer_cancels;
