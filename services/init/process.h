/* SPDX-License-Identifier: BSD-2-Clause */
/* A process of the manifest: its place in memory and its endpoints last as long as init does; an
   instance is made for each start and goes as a whole when its untyped is destroyed.

       STARTING --start--> RUNNING --end--> BACKING_OFF --timer--> RUNNING
                              |                  (policy and limit allow it)
                              +---end--> ENDED or FAILED --restart call--> RUNNING            */
#pragma once

#include <signet/loop.h>
#include <signet/startup.h>
#include <supervisor/v1/supervisor.pb.h>

#include "abi/ring.h"
#include "backoff.h"
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
    struct sg_handle record; /* the page where it describes its threads */
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

struct process {
    struct init *init;
    const signet_manifest_v1_Process *entry;
    uint32_t number; /* from 1; the badge its servers see */
    signet_supervisor_v1_State state;
    struct manifest_shape shape;
    struct quota quota;
    struct sg_handle endpoint[PROCESS_PROVIDES_MAX];
    struct instance instance; /* while RUNNING */
    struct fortune fortune;
    struct crash crash;
    struct sg_timer restart_timer;
    struct sg_timer end_timer; /* takes a dead instance apart once its fault is answered */
};

/* Prepares the process of a manifest entry: its quota and its endpoints. */
void process_prepare(struct init *init, uint32_t index);

/* Makes an instance and runs it; false, with a line saying why, when it cannot be made. */
bool process_start(struct process *process);

/* Takes an instance apart; everything it was made of is free again. */
void process_destroy(struct process *process);

/* The process of this name, or 0. */
struct process *process_find(struct init *init, const char *name);
