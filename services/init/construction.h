/* SPDX-License-Identifier: BSD-2-Clause */
/* An instance of a process while it is being put together. */
#pragma once

#include <signet/elf.h>
#include <signet/frames.h>
#include <signet/startup.h>

#include "init.h"
#include "layout.h"

struct construction {
    struct process *process;
    struct instance *instance; /* stays; the rest is let go of when the process runs */
    struct sg_frames frames;   /* of the instance's untyped */
    struct sg_handle aspace;
    struct sg_handle ring;
    struct sg_handle lifecycle;
    struct sg_handle startup_memory;
    struct sg_handle stack_memory;
    struct sg_startup *startup; /* mapped here until it is complete */
    struct sg_elf_program program;
    struct layout layout;
};

/* Gives the instance every capability of its manifest entry, and lists them in its startup
   block. */
SG_MUST_USE enum sg_status grant_all(struct construction *construction);

/* Makes all of an instance; on failure *step names what could not be made. */
SG_MUST_USE enum sg_status construct(struct construction *construction, const char **step);
