/* SPDX-License-Identifier: BSD-2-Clause */
/* The supervisor: everything it knows, in one place. Single-threaded; whatever happens arrives as a
   callback of its loop. */
#pragma once

#include <signet/frames.h>
#include <signet/loop.h>
#include <signet/startup.h>

#include "manifest.h"
#include "order.h"
#include "process.h"

struct init {
    const struct sg_bootinfo *boot;
    const struct manifest *manifest;
    struct manifest_order order;
    struct sg_loop loop;
    struct sg_handle fault_endpoint;
    struct sg_handle supervisor_endpoint;
    struct sg_fault_watch faults;
    struct process process[MANIFEST_PROCESSES_MAX]; /* in the manifest's order */
    struct sg_frames frames[SG_BOOT_UNTYPED_MAX];   /* of the boot untypeds that are not our own */
    void (*finish)(struct init *init); /* ends the machine when all is stopped; 0: nobody asked */
    struct sg_timer shutdown_timer;
    uint32_t shutdown_caller; /* number of the process that asked */
    uint32_t exit_status;     /* of the emulator */
};

/* Monotonic time since boot. */
uint64_t init_now_ns(const struct init *init);
