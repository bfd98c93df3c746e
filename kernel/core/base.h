/* SPDX-License-Identifier: BSD-2-Clause */
/* Vocabulary of every floor: fixed-width types, attributes, ASSERT. The only place that has to care
   about what Frama-C cannot parse. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/status.h"

#define MUST_USE __attribute__((warn_unused_result))
#define ALIGNED(bytes) __attribute__((aligned(bytes)))
#define NORETURN __attribute__((noreturn))
#define UNUSED __attribute__((unused))
#define NOINLINE __attribute__((noinline))
#define RARELY __attribute__((noinline, minsize)) /* small rather than fast, in a file that is fast */
#define SPARING /* returns nothing, and keeps its caller's registers: called in a path hardly taken */ \
    __attribute__((noinline, cold, preserve_most))
#define ALWAYS_INLINE inline __attribute__((always_inline))
#define IN_REGISTER(value) \
    __asm__("" : "+r"(value))               /* computed here, once, and not in parts later */
#define MUST_TAIL __attribute__((musttail)) /* before return: a jump, not a call */
#ifdef __FRAMAC__
#define UNROLLED(times) /* would part a loop from its invariants */
#else
#define UNROLLED(times) _Pragma(STRINGIFY(clang loop unroll_count(times)))
#define STRINGIFY(text) #text
#endif
#define LIKELY(condition) __builtin_expect(!!(condition), 1)
#define UNLIKELY(condition) __builtin_expect(!!(condition), 0)

#define PAGE_SIZE UINT64_C(4096)
#define PAGE_SHIFT 12

/* No frame; frame 0 is never an object. */
#define FRAME_NONE UINT32_C(0)

/* Stops the machine: the kernel is wrong about itself. Proved unreachable wherever WP runs. */
/*@ requires \false;
    assigns \nothing;
    ensures \false;
*/
NORETURN void assert_failed(const char *condition, const char *file, int line);

/* Never on input: a failed ASSERT is a kernel defect. Kept in every build. */
#define ASSERT(condition) ((condition) ? (void)0 : assert_failed(#condition, __FILE__, __LINE__))
