/* SPDX-License-Identifier: BSD-2-Clause */
/* The host kit: a program's own code in a cmocka test, over the SDK's library and a kernel that knows
   one process. The test plays everybody else: it grants what a manifest would, calls the program's
   services by their generated stubs, raises interrupts and lets time pass. Time stands still unless
   everybody waits. What the kit cannot do fails the test: capabilities in messages, shared memory,
   threads. */
#pragma once

#include <stdint.h>

#include "abi/handle.h"
#include "abi/object.h"
#include "signet/loop.h"
#include "signet/rpc.h"

/* Begins a new process: nothing granted, an empty ring, time 0. To be called before each test. Lines
   of the log go to stderr. */
void sg_test_begin(void);

/* Gives the process an argument of the manifest; both strings must live on. */
void sg_test_argument(const char *key, const char *value);

/* Gives the process a server endpoint, which it finds by sg_provided(name). */
struct sg_handle sg_test_provide(const char *name);

/* A client capability to an endpoint, for the test to call with: badge and rights as its holder's. */
struct sg_handle sg_test_client(struct sg_handle endpoint, uint64_t badge, uint64_t rights);

/* Gives the process a lifecycle endpoint, and the test what its supervisor has: a client to ask by the
   stubs of lifecycle/v1. */
struct sg_handle sg_test_supervisor(void);

/* The loop that answers while a call of the test waits; the test prepares it as the program's main
   does, with sg_loop_serve and so on, but never runs it. */
void sg_test_loop(struct sg_loop *loop);

/* Fails the test unless a call ended so: "SG_RPC_OK", "SG_DENIED" and the like. */
void sg_test_expect(struct sg_result result, const char *name);

/* What stands behind a capability that is no endpoint, or a server that the program calls: answers one
   call of a kernel object with a status, and with what comes back in *value. */
typedef enum sg_status sg_test_answer(void *self, uint16_t method, const uint64_t argument[5],
                                      uint64_t *value);

/* Grants a kernel object that the test plays, found by sg_capability(name). */
struct sg_handle sg_test_object(const char *name, enum sg_type type, sg_test_answer *answer,
                                void *self);

/* Grants the test's clock, a cpu with NOW; to be called before a loop is made. */
struct sg_handle sg_test_clock(const char *name);

/* Grants an interrupt line; like a real one it is silent until it is acknowledged first. */
struct sg_handle sg_test_irq(const char *name);

/* Raises the line; called by the test itself it also has the loop do what there is to do. */
void sg_test_interrupt(struct sg_handle irq);

/* Whether the line was acknowledged and may interrupt again. */
int sg_test_is_armed(struct sg_handle irq);

/* Lets time pass; timers fire on the way. */
void sg_test_advance(uint64_t ns);

/* Has something happen at a test time, in the midst of a call or of sg_test_advance, when the program
   would wait longer. One thing at a time. */
void sg_test_at(uint64_t time_ns, void (*happen)(void *argument), void *argument);
