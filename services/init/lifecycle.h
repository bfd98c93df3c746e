/* SPDX-License-Identifier: BSD-2-Clause */
/* What init asks of its processes (lifecycle/v1): one call at a time for each, so that none can keep
   init busy or hold up another. What is due is remembered as a bit, and asked when the call before
   is answered:

       begin --Start--> answered: open --stop, level, clients gone, ping as they are due-->

   A client that is gone stays due until the server has answered, in whatever instance. An answer that
   is late ends the process (supervise_fail). */
#pragma once

#include <signet/async.h>

#include "manifest.h"

struct init;
struct process;

enum lifecycle_request {
    LIFECYCLE_START,
    LIFECYCLE_STOP,
    LIFECYCLE_LEVEL,
    LIFECYCLE_GONE,
    LIFECYCLE_PING,
};

struct lifecycle {
    struct sg_async async;
    struct sg_timer ping_timer;
    enum lifecycle_request request; /* in flight */
    uint32_t asked_instance;        /* whom it was sent to */
    uint64_t patience_ns;           /* how long the answer may take; 0: as long as it likes */
    uint32_t gone_index;            /* the client it tells of, and which instance of that is gone */
    uint32_t gone_instance;
    bool is_begun;    /* this instance was asked to start */
    bool is_open;     /* and has answered */
    bool is_stopping; /* it was asked to stop, and is asked nothing after that */
    bool is_stop_due, is_level_due, is_ping_due;
    uint64_t gone_due; /* bit n: process index n; not forgotten when this process ends */
};

/* A new instance runs: asks it to start. */
void lifecycle_begin(struct process *process);

/* The instance has ended; the servers it could call are told. */
void lifecycle_end(struct process *process);

/* Asks it to stop; false when neither its answers nor its manifest entry say that it would hear. */
bool lifecycle_stop(struct process *process);

/* Tells it its log level, now process->log_level. */
void lifecycle_set_level(struct process *process);
