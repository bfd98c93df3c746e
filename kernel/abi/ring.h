/* SPDX-License-Identifier: BSD-2-Clause */
/* The ring a thread shares with the kernel: four free-running 32-bit indices, a submission queue, a
   completion queue and an arena of message bytes, in one physically contiguous range.

       0                     struct sg_ring_indices
       SG_RING_QUEUE_OFFSET  struct sg_submission[submission_count]
       then                  struct sg_completion[completion_count]
       then                  arena, up to the end of the last page

   Offsets of messages and capability vectors are relative to the arena's first byte. */
#pragma once

#include <stdint.h>

#define SG_RING_SUBMISSIONS_MAX 256u
#define SG_RING_COMPLETIONS_MAX 256u
#define SG_RING_PAGES_MAX 64u  /* of the shared part */
#define SG_DRAIN_MAX 32u       /* entries consumed per kernel-lock hold */
#define SG_MESSAGE_MAX 4096u   /* bytes of one message */
#define SG_MESSAGE_CAPS_MAX 8u /* capabilities of one message */
#define SG_REGISTER_BYTES 64u  /* payload of a register message */
#define SG_REPLY_METHOD_MAX 255u

enum sg_opcode {
    SG_OP_ENTER = 0, /* system call only, never in a queue */
    SG_OP_NOP = 1,
    SG_OP_CALL = 2,
    SG_OP_RECV = 3,
    SG_OP_REPLY = 4,
    SG_OP_CANCEL = 5,
    SG_OP_WAIT = 6,
    SG_OP_WAKE = 7,
    SG_OP_COUNT = 8,
};

enum sg_submission_flag {
    SG_SUBMIT_REARM = 1 << 0, /* REPLY: then receive on `handle` with the receive fields */
    SG_SUBMIT_ARENA = 1 << 1, /* invoke only: the message is in the arena, not in registers */
};

enum sg_completion_flag {
    SG_COMPLETE_FAULT = 1 << 0, /* RECV: the message is a struct sg_fault, the caller a thread */
    SG_COMPLETE_REGISTERS = 1 << 1, /* invoke only: the payload is in the payload registers */
};

enum sg_transfer_mode {
    SG_TRANSFER_COPY = 0,  /* needs SG_COPY on the source */
    SG_TRANSFER_MOVE = 1,  /* needs SG_MOVE; the source slot is emptied at commit */
    SG_TRANSFER_LEASE = 2, /* the source is a lease with SG_LEASE_DERIVE; its target is derived */
};

/* One capability to send; an array of these lies in the arena at caps_offset (8-byte aligned). */
struct sg_cap_transfer {
    uint32_t index;
    uint32_t generation;
    uint64_t rights; /* AND mask */
    uint32_t mode;   /* enum sg_transfer_mode */
    uint32_t reserved;
};

/* Received capabilities are written as struct sg_handle[] at receive_caps_offset. */
struct sg_message {
    uint32_t send_offset;
    uint32_t send_length;
    uint32_t receive_offset;
    uint32_t receive_length;
    uint32_t caps_offset;
    uint32_t caps_count;
    uint32_t receive_caps_offset;
    uint32_t receive_caps_count;
    uint64_t reserved;
};

struct sg_submission {
    uint8_t opcode;
    uint8_t flags;
    uint16_t method; /* CALL: at most 63; REPLY: at most SG_REPLY_METHOD_MAX */
    uint32_t handle_index;
    uint32_t handle_generation;
    uint32_t token; /* REPLY: the call to answer; else 0 */
    uint64_t user_data;
    union {
        struct sg_message message; /* CALL on an endpoint, RECV, REPLY */
        uint64_t argument[5];      /* CALL on a kernel object, CANCEL, WAIT, WAKE */
    };
};

struct sg_completion {
    uint64_t user_data;
    int32_t result;  /* bytes received (0 for kernel objects), or a negative enum sg_status */
    uint16_t method; /* RECV: the method called */
    uint8_t caps;    /* capabilities received */
    uint8_t flags;   /* enum sg_completion_flag */
    uint64_t badge;  /* RECV: the client's badge; kernel objects: the value returned */
    uint32_t token;  /* RECV: names the call for REPLY; by invoke: SG_TOKEN_REGISTERS */
    uint32_t offset; /* where in the arena the message lies */
};

/* Each index has a cache line of its own; the writer is named. */
struct sg_ring_indices {
    uint32_t submit_tail; /* user */
    uint32_t pad0[15];
    uint32_t submit_head; /* kernel */
    uint32_t pad1[15];
    uint32_t complete_tail; /* kernel */
    uint32_t pad2[15];
    uint32_t complete_head; /* user */
    uint32_t pad3[15];
};

#define SG_RING_QUEUE_OFFSET 256u

/* Cause of a fault message (SG_COMPLETE_FAULT), in struct sg_fault.cause. */
enum sg_fault_cause {
    SG_FAULT_EXIT = 0, /* the thread called SG_THREAD_EXIT; `code` is its exit code */
    SG_FAULT_PAGE = 1, /* `address` was not mapped or not allowed; `code` is the #PF error code */
    SG_FAULT_INSTRUCTION = 2, /* invalid opcode */
    SG_FAULT_PROTECTION = 3,  /* general protection; `code` is the selector error code */
    SG_FAULT_ARITHMETIC = 4,  /* divide error, x87 or SIMD exception */
    SG_FAULT_DEBUG = 5,       /* breakpoint or single step */
    SG_FAULT_OTHER = 6,       /* any other exception; `code` is its vector */
};

/* The body of a fault message. The reply's method says what happens to the thread:
   SG_FAULT_RESUME runs it on (after an exit it stays stopped), SG_FAULT_STOP leaves it stopped. */
struct sg_fault {
    uint32_t cause;
    uint32_t reserved;
    uint64_t code;
    uint64_t address;
    uint64_t rip, rsp, rflags;
    uint64_t rax, rbx, rcx, rdx, rsi, rdi, rbp;
    uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
};

enum sg_fault_reply { SG_FAULT_STOP = 0, SG_FAULT_RESUME = 1 };

/* The two system calls (SYSCALL instruction). Every register but rsp and the payload registers is
   clobbered, vector state included. Outputs not named are 0. Payload registers in which nothing is
   returned, which is all of them after an enter, are what they were, however the call ends and whoever ran
   meanwhile. Bits 32 to 63 of rax are ignored going in.

   enter    in   eax = SG_OP_ENTER | flags << 8 (enum sg_call_flag)
                 rdi = submit_count | wait_count << 32     rsi = time_ns
            out  eax = enum sg_status: SG_OK, SG_TIMED_OUT, SG_BAD_RING, SG_BAD_ARGUMENT
                 rdx = entries consumed | completions unread << 32
                 payload words 0..7 as they were

   invoke   in   eax = opcode | flags << 8 | method << 16 | payload bytes << 24
                 rdi = handle word     rsi = time_ns     rdx = token (REPLY)
                 payload words 0..7 = r8 r9 rbx rbp r12 r13 r14 r15
                   (kernel objects: arguments 0..4; WAIT, WAKE, CANCEL likewise)
                 with SG_SUBMIT_ARENA the payload words are a struct sg_message in words 0..4
            out  eax = negative enum sg_status, or flags (enum sg_completion_flag) | caps << 8 |
                       method << 16 | payload bytes in registers << 24
                 rdx = badge or value     rsi = token | offset << 32     rdi = bytes in the arena
                 payload words 0..7 with SG_COMPLETE_REGISTERS; otherwise what the caller put there

   A register message always carries all eight words; its length says how many bytes are meant. To a
   receiver by ring, only those are copied. A register receiver holds one call at a time; a message
   that came from an arena reaches its registers with the bytes past its length 0.

   Both wait for ever unless a flag says that time_ns is a deadline, or how long to wait; a deadline
   that has passed polls. */
enum sg_call_flag {
    SG_CALL_UNTIL = 1 << 6,    /* until time_ns of monotonic time since boot */
    SG_CALL_RELATIVE = 1 << 7, /* until time_ns from now */
};

#define SG_FOREVER UINT64_MAX

/* The token of the call a thread received by invoke: it holds one at a time. */
#define SG_TOKEN_REGISTERS 0u

_Static_assert(sizeof(struct sg_message) == 40, "ABI");
_Static_assert(sizeof(struct sg_submission) == 64, "ABI");
_Static_assert(sizeof(struct sg_completion) == 32, "ABI");
_Static_assert(sizeof(struct sg_cap_transfer) == 24, "ABI");
_Static_assert(sizeof(struct sg_ring_indices) == SG_RING_QUEUE_OFFSET, "ABI");
_Static_assert(sizeof(struct sg_fault) == 24 + 24 + 120, "ABI");
