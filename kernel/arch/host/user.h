/* SPDX-License-Identifier: BSD-2-Clause */
/* A user's program, played by a test: system calls of any thread, by registers and by its ring.
   Whatever comes back from the kernel is walked over by walker_check before the test goes on. */
#pragma once

#include "object/ring.h"
#include "object/thread.h"

#define USER_PENDING 1 /* the thread waits: its result comes later */

/* One invoke. */
struct operation {
    uint8_t opcode;
    uint8_t
        flags; /* enum sg_submission_flag | SG_CALL_RELATIVE; SG_CALL_UNTIL as deadline_ns says */
    uint16_t method;      /* its low byte travels, */
    uint32_t length;      /* like that of the payload bytes */
    uint64_t handle;      /* word form */
    uint64_t deadline_ns; /* as given; see FOREVER below */
    uint32_t token;
    uint64_t word[8];
};

/* What an invoke returned. */
struct result {
    int32_t status; /* or bytes received */
    uint16_t method;
    uint8_t caps;
    uint8_t flags;
    uint64_t value; /* or badge */
    uint32_t token;
    uint32_t offset;
    uint64_t word[8];
};

/* Lets the scheduler rotate until a thread runs; it must be READY, nothing better must be. */
void user_run(struct thread *thread);

/* Whether a thread's system call has returned. */
bool user_returned(const struct thread *thread);

/* Invokes an operation as a thread: its status, or USER_PENDING. */
int user_invoke(struct thread *thread, const struct operation *operation);

/* What the thread's invoke returned; it must have. */
struct result user_result(const struct thread *thread);

/* Calls a method of a kernel object by registers and waits for ever: its status or USER_PENDING;
   the value returned goes to *value unless that is NULL. */
int user_object(struct thread *thread, uint64_t handle, uint32_t method, const uint64_t argument[8],
                uint64_t *value);

#define OBJECT(thread, handle, method, value, ...) \
    user_object(thread, handle, method, (uint64_t[8]){__VA_ARGS__}, value)

/* The enter system call: its status or USER_PENDING; flags as above. */
int user_enter(struct thread *thread, uint32_t submit_count, uint32_t wait_count,
               uint64_t deadline_ns, uint64_t flags);

/* Entries consumed and completions unread, as enter returned them. */
uint32_t user_consumed(const struct thread *thread);
uint32_t user_unread(const struct thread *thread);

/* The entry that calls a method of an object by its handle. */
struct sg_submission user_entry(uint64_t handle, uint16_t method, uint64_t user_data);

/* Writes an entry into the thread's submission queue. */
void user_submit(struct thread *thread, const struct sg_submission *entry);

/* Submits one entry and enters for it alone: the status of enter or USER_PENDING. */
int user_submit_now(struct thread *thread, const struct sg_submission *entry);

/* Reads the next completion; false when there is none. */
bool user_next(struct thread *thread, struct sg_completion *completion);

/* Reads the completion that must be there, of the operation with this user_data. */
struct sg_completion user_completion(struct thread *thread, uint64_t user_data);

/* A thread's arena. */
uint8_t *user_arena(struct thread *thread);

/* Virtual time goes on; the timer interrupts when it is due. */
void user_advance(uint64_t ns);

/* A line interrupts whatever runs. */
void user_interrupt(uint32_t line);

/* The running thread faults. */
void user_fault(struct thread *thread, uint32_t cause, uint64_t code, uint64_t address);
