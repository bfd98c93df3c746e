/* SPDX-License-Identifier: BSD-2-Clause */
/* A booted machine for tests: the kernel's own start-up with a small init, whose thread then makes
   processes by system calls. Init runs in class normal, so that every thread gets its turn. */
#pragma once

#include "abi/boot.h"
#include "boot/machine.h"
#include "user.h"

#define FIXTURE_FRAMES 6144u
#define FIXTURE_PROCESS_FRAMES 48u
#define FIXTURE_NOTE 0x200u /* where the ABI note is in the file of init */
#define FIXTURE_DATA_SIZE 0xa0u /* and how large its data is in memory: 64 + 56 + 40 */

struct fixture {
    struct boot_machine from;
    struct thread *init;
    const struct sg_bootinfo *info;
    uint64_t untyped;      /* init's main untyped */
    uint32_t untyped_head; /* its head frame */
    uint32_t next;         /* first frame of it that no test has used */
};

extern struct fixture fixture;

/* A process: handles are init's. */
struct process {
    uint64_t untyped, cspace, aspace, ring, sched, thread;
    uint32_t next; /* first free frame of its untyped */
    struct thread *tcb;
};

/* Describes a machine with init and one more module in memory; nothing has run yet. */
void fixture_describe(uint32_t frame_count);

/* Boots it. */
void fixture_boot(void);

/* Checks the machine a last time and takes it down. */
void fixture_finish(void);

/* Creates an object from init's main untyped, in init's cspace; its handle. Must succeed. */
uint64_t fixture_create(uint32_t type, uint64_t parameter0, uint64_t parameter1,
                        uint64_t parameter2);

/* Splits an untyped off init's with that many frames; its handle. */
uint64_t fixture_untyped(uint32_t frame_count);

/* Creates an object from any untyped of init's, at an offset; its handle. Must succeed. */
uint64_t fixture_create_in(uint64_t untyped, uint32_t offset, uint32_t type, uint64_t parameter0,
                           uint64_t parameter1, uint64_t parameter2);

/* Makes a process of its own untyped, bound and started. `fault` is a client of init's or 0. */
struct process fixture_process(uint64_t fault);

/* The same with more room in its ring (entries, pages). */
struct process fixture_process_with(uint64_t fault, uint32_t entries, uint32_t pages);

/* Copies a capability of init's into a process; its handle there. */
uint64_t fixture_give(const struct process *process, uint64_t handle, uint64_t rights);

/* Destroys an object of init's as often as it takes; the last status. */
int fixture_destroy(uint64_t handle);

/* The head frame of the object a handle of a thread names directly; its type is in the frame. */
uint32_t fixture_object(const struct thread *thread, uint64_t handle);

/* Frames free in init's main untyped. */
uint64_t fixture_free(void);
