/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads begin, have what is theirs, call servers, end, and leave nothing behind. */
#include <errno.h>
#include <string.h>

#include <signet/object.h>
#include <signet/ring.h>
#include <signet/startup.h>

#include "checks.h"
#include "echo/v1/echo.rpc.h"
#include "own.h"
#include "report.h"

#define LIMIT_KIB 4u

static _Thread_local uint32_t own_word = 7;

int run_in_workers(int (*function)(void *argument), void *argument)
{
    const struct sg_thread_options options = {.name = "worker"};
    struct sg_thread *thread[WORKERS];
    int sum = 0, result;

    for (uint32_t i = 0; i < WORKERS; i++)
        report_step("thread/create", sg_thread_create(&options, function, argument, &thread[i]));
    for (uint32_t i = 0; i < WORKERS; i++) {
        report_step("thread/join", sg_thread_join(thread[i], &result));
        sum += result;
    }
    return sum;
}

uint64_t slots_free(void)
{
    uint64_t count = 0;

    (void)sg_info(sg_self()->cspace, SG_INFO_FREE, &count);
    return count;
}

static int return_argument(void *argument)
{
    return *(int *)argument;
}

static int leave_with(void *argument)
{
    sg_thread_leave(*(int *)argument);
}

static void ends(void)
{
    const struct sg_thread_options options = {.name = "short"};
    struct sg_thread *thread = NULL;
    int given = 42, result = 0;

    report_status("thread/create", SG_OK,
                  sg_thread_create(&options, return_argument, &given, &thread));
    report_status("thread/join", SG_OK, sg_thread_join(thread, &result));
    report_equal("thread/what its function returned", 42, (uint64_t)result);
    given = 43;
    (void)sg_thread_create(&options, leave_with, &given, &thread);
    (void)sg_thread_join(thread, &result);
    report_equal("thread/what it left with", 43, (uint64_t)result);
}

static int use_own_data(void *argument)
{
    uint32_t before = own_word;

    (void)argument;
    own_word = 1000 + sg_thread_number();
    errno = (int)sg_thread_number();
    sg_thread_yield();
    return before == 7 && own_word == 1000 + sg_thread_number() &&
           errno == (int)sg_thread_number() && ((uintptr_t)__builtin_frame_address(0) & 15) == 0;
}

static void has_data_of_its_own(void)
{
    errno = 5;
    report_equal("thread/its own data, and its own errno", WORKERS,
                 (uint64_t)run_in_workers(use_own_data, NULL));
    report_equal("thread/not this one's", 7, own_word);
    report_equal("thread/nor this one's errno", 5, (uint64_t)errno);
}

/* Calls that need the arena, from every thread at once, each by its own ring. */
static int call_server(void *argument)
{
    signet_echo_v1_EchoRequest request = {.data.size = 200};
    signet_echo_v1_EchoReply reply;
    int wrong = 0;

    (void)argument;
    memset(request.data.bytes, (int)sg_thread_number(), request.data.size);
    for (uint32_t i = 0; i < 50; i++) {
        struct sg_result result = signet_echo_v1_Echo_Echo(sg_capability("echo"), &request, &reply);
        wrong += !sg_succeeded(result) || reply.data.size != 200 ||
                 memcmp(reply.data.bytes, request.data.bytes, 200) != 0;
    }
    return wrong;
}

static void calls_by_its_own_ring(void)
{
    report_equal("thread/calls from all of them", 0, (uint64_t)run_in_workers(call_server, NULL));
}

static int nothing(void *argument)
{
    (void)argument;
    return 0;
}

/* As many as there may be, and one more; then the memory's limit. */
static void limits(void)
{
    const struct sg_thread_options small = {
        .stack_kib = LIMIT_KIB, .ring_submissions = 2, .ring_completions = 2, .ring_pages = 1};
    const struct sg_thread_options wrong[] = {{.stack_kib = UINT32_MAX},
                                              {.stack_kib = 1u << 20},
                                              {.ring_submissions = 3},
                                              {.ring_completions = 4096},
                                              {.ring_pages = 65}};
    static struct sg_thread *thread[SG_THREADS_MAX];
    uint32_t count = 0;
    int result;

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        report_status("thread/options it cannot have", SG_BAD_ARGUMENT,
                      sg_thread_create(&wrong[i], nothing, NULL, &thread[0]));
    while (count < SG_THREADS_MAX &&
           sg_thread_create(&small, nothing, NULL, &thread[count]) == SG_OK)
        count++;
    report_equal("thread/as many as may be, with the first", SG_THREADS_MAX, count + 1);
    while (count > 0)
        (void)sg_thread_join(thread[--count], &result);
}

void check_threads(void)
{
    run_in_workers(nothing, NULL); /* what the first thread leaves for good is there now */
    uint64_t frames = own_free_frames(), slots = slots_free();

    ends();
    has_data_of_its_own();
    calls_by_its_own_ring();
    limits();
    report_equal("thread/they leave no frame behind", frames, own_free_frames());
    report_equal("thread/and no capability", slots, slots_free());
}
