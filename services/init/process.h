/* SPDX-License-Identifier: BSD-2-Clause */
/* A process of the manifest: its place in memory and its endpoints last as long as init does; an
   instance is made for each start and goes as a whole when its untyped is destroyed.

       STARTING --its turn--> NOT_READY --its answer--> RUNNING --asked to stop--> STOPPING
                                  (skipped when its entry does not await it)
       an alive one --end--> BACKING_OFF --timer--> NOT_READY     (policy and limit allow it)
                    --end--> ENDED or FAILED --restart call--> NOT_READY                       */
#pragma once

#include <log/v1/log.pb.h>
#include <signet/loop.h>
#include <signet/startup.h>
#include <supervisor/v1/supervisor.pb.h>

#include "abi/ring.h"
#include "backoff.h"
#include "lifecycle.h"
#include "manifest.h"
#include "shape.h"
#include "symbols.h"

struct init;

#define PROCESS_PROVIDES_MAX 8u
#define PROCESS_GRANTS_MAX 64u

/* Frames of one boot untyped, this process's for ever: its quota. */
struct quota {
    struct sg_handle untyped;
    uint32_t offset;
    uint32_t frame_count;
};

/* Why a slot of a process is filled: which line of the manifest, or which part of the process. */
enum grant_kind { GRANT_SELF, GRANT_PROVIDE, GRANT_NEED, GRANT_IOPORT, GRANT_IRQ, GRANT_CPU };

struct grant {
    uint32_t slot;
    uint32_t generation;
    uint8_t kind; /* enum grant_kind */
    uint8_t index;
};

/* What init holds of a running process. */
struct instance {
    struct sg_handle untyped;
    struct sg_handle cspace;
    struct sg_handle thread;
    struct sg_handle sched;
    struct sg_handle record;    /* the pages it describes itself in */
    struct sg_handle lifecycle; /* a client of its lifecycle endpoint */
    uint32_t grant_count;
    struct grant grant[PROCESS_GRANTS_MAX];
};

/* The last end of a process. */
struct crash {
    signet_supervisor_v1_Cause cause; /* NOT_ENDED: there is none */
    uint64_t time_ns;
    struct sg_fault fault;
    struct symbol symbol;     /* name "" when the address is in no function */
    char thread[SG_NAME_MAX]; /* "" when none of those it described */
};

/* What follows the end of an instance. */
enum after_end { AFTER_POLICY, AFTER_STAY, AFTER_START };

/* A call that is answered when an instance has ended. */
enum end_call { END_CALL_NONE, END_CALL_STOP, END_CALL_RESTART };

struct process {
    struct init *init;
    const signet_manifest_v1_Process *entry;
    uint32_t number;          /* from 1 */
    uint32_t instance_number; /* starts so far; with the number, the badge its servers see */
    signet_supervisor_v1_State state;
    struct manifest_shape shape;
    struct quota quota;
    struct sg_handle endpoint[PROCESS_PROVIDES_MAX];
    struct instance instance; /* while it is alive */
    struct lifecycle lifecycle;
    signet_log_v1_Level log_level;
    enum after_end after;
    struct fortune fortune;
    struct crash crash;
    struct sg_timer restart_timer;
    struct sg_timer end_timer;    /* takes a dead instance apart once its fault is answered */
    struct sg_timer stop_timer;   /* ends one that was asked to stop and has not */
    struct sg_held_call end_call; /* who waits for that, or for the start after it */
    enum end_call end_call_kind;
};

/* Whether there is an instance. */
bool process_is_alive(const struct process *process);

/* Prepares the process of a manifest entry: its quota and its endpoints. */
void process_prepare(struct init *init, uint32_t index);

/* Makes an instance and runs it; false, with a line saying why, when it cannot be made. */
bool process_start(struct process *process);

/* Takes an instance apart; everything it was made of is free again. */
void process_destroy(struct process *process);

/* The process of this name, or 0. */
struct process *process_find(struct init *init, const char *name);
