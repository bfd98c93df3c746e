/* SPDX-License-Identifier: BSD-2-Clause */
/* A service and its supervisor, which the test plays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lifecycle/v1/lifecycle.rpc.h"
#include "sample/v1/sample.rpc.h"
#include "signet/log.h"
#include "signet/service.h"
#include "signet/test.h"

#define SESSIONS 4u

struct visit {
    struct sg_session session;
    uint32_t calls;
};

static struct sg_loop loop;
static struct sg_service service;
static struct visit visits[SESSIONS];
static uint32_t ended, told_process, told_instance, stops;
static struct sg_handle supervisor, endpoint;
static uint32_t lines;

static void end_visit(struct sg_sessions *unused, struct sg_session *session)
{
    (void)unused;
    ended += ((struct visit *)session)->calls;
}

static struct sg_sessions sessions = {
    .table = visits, .count = SESSIONS, .bytes = sizeof visits[0], .end = end_visit};

enum sg_rpc_status signet_sample_v1_Sample_Add_handle(void *self, struct sg_call *call,
                                                      const signet_sample_v1_AddRequest *request,
                                                      signet_sample_v1_AddReply *reply)
{
    struct visit *visit = (struct visit *)sg_session_of(&sessions, call->badge);

    (void)self;
    (void)request;
    if (visit == NULL)
        return SG_RPC_INTERNAL;
    reply->sum = ++visit->calls;
    return SG_RPC_OK;
}

enum sg_rpc_status signet_sample_v1_Sample_Draw_handle(void *self, struct sg_call *call,
                                                       const signet_sample_v1_DrawRequest *request,
                                                       signet_sample_v1_DrawReply *reply)
{
    (void)self;
    (void)call;
    (void)request;
    (void)reply;
    return SG_RPC_UNIMPLEMENTED;
}

enum sg_rpc_status signet_sample_v1_Sample_Last_handle(void *self, struct sg_call *call,
                                                       const signet_sample_v1_Nothing *request,
                                                       signet_sample_v1_Nothing *reply)
{
    (void)self;
    (void)call;
    (void)request;
    (void)reply;
    return SG_RPC_UNIMPLEMENTED;
}

static void client_gone(struct sg_service *unused, uint32_t process, uint32_t instance)
{
    (void)unused;
    told_process = process;
    told_instance = instance;
}

static void stop(struct sg_service *unused)
{
    (void)unused;
    stops++;
}

static void count_line(enum sg_log_level level, const char *text, size_t length)
{
    (void)level;
    (void)text;
    (void)length;
    lines++;
}

static int setup(void **state)
{
    (void)state;
    sg_test_begin();
    sg_log_set_sink(count_line);
    memset(visits, 0, sizeof visits);
    ended = told_process = told_instance = stops = lines = 0;
    supervisor = sg_test_supervisor();
    endpoint = sg_test_provide("sample");
    service = (struct sg_service){.loop = &loop, .sessions = &sessions, .client_gone = client_gone};
    sg_loop_init(&loop, sg_own_ring());
    assert_int_equal(sg_loop_serve(&loop, endpoint, &signet_sample_v1_Sample_interface, &service),
                     SG_OK);
    assert_int_equal(sg_service_begin(&service), SG_OK);
    sg_test_loop(&loop);
    return 0;
}

static bool start(uint64_t timeout_ns)
{
    const signet_lifecycle_v1_StartRequest request = signet_lifecycle_v1_StartRequest_init_zero;
    signet_lifecycle_v1_StartReply reply;

    return sg_succeeded(
        signet_lifecycle_v1_Lifecycle_Start_within(supervisor, timeout_ns, &request, &reply));
}

static uint64_t visit(uint64_t badge)
{
    const signet_sample_v1_AddRequest request = signet_sample_v1_AddRequest_init_zero;
    signet_sample_v1_AddReply reply = signet_sample_v1_AddReply_init_zero;
    struct sg_handle client = sg_test_client(endpoint, badge, UINT64_MAX);

    return sg_succeeded(signet_sample_v1_Sample_Add(client, &request, &reply)) ? reply.sum : 0;
}

static void gone(uint32_t process, uint32_t instance)
{
    const signet_lifecycle_v1_ClientGoneRequest request = {process, instance};
    signet_lifecycle_v1_ClientGoneReply reply;

    assert_true(
        sg_succeeded(signet_lifecycle_v1_Lifecycle_ClientGone(supervisor, &request, &reply)));
}

static void is_ready_when_its_loop_runs(void **state)
{
    const signet_lifecycle_v1_PingRequest ping = signet_lifecycle_v1_PingRequest_init_zero;
    signet_lifecycle_v1_PingReply reply;

    (void)state;
    assert_true(start(1000));
    assert_true(sg_succeeded(signet_lifecycle_v1_Lifecycle_Ping(supervisor, &ping, &reply)));
}

static struct sg_timer ready_timer;

static void ready(struct sg_timer *timer)
{
    (void)timer;
    sg_service_ready(&service);
}

static void is_ready_when_it_says_so(void **state)
{
    (void)state;
    service.is_ready_later = true;
    assert_false(start(1000));
    ready_timer.fire = ready;
    sg_loop_timer(&loop, 5000, &ready_timer);
    assert_true(start(10000));
    assert_true(start(1000));
}

static void sessions_end_with_their_clients(void **state)
{
    (void)state;
    assert_int_equal(visit(sg_badge(5, 1)), 1);
    assert_int_equal(visit(sg_badge(5, 1)), 2);
    assert_int_equal(visit(sg_badge(5, 2)), 1);
    assert_int_equal(visit(sg_badge(6, 1)), 1);
    assert_int_equal(visit(sg_badge(7, 1)), 1);
    assert_int_equal(visit(sg_badge(8, 1)), 0); /* the table is full */
    gone(5, 1);
    assert_int_equal(ended, 2);
    assert_int_equal(told_process, 5);
    assert_int_equal(told_instance, 1);
    assert_int_equal(visit(sg_badge(8, 1)), 1);
    assert_int_equal(visit(sg_badge(5, 2)), 2); /* the one that followed is somebody else */
    gone(5, 1);                                 /* told again */
    assert_int_equal(ended, 2);
    gone(5, 3);
    assert_int_equal(ended, 4);
    gone(99, 1); /* one that never called */
    assert_int_equal(ended, 4);
    assert_int_equal(visit(sg_badge(6, 1)), 2);
}

static void stop_now(void)
{
    const signet_lifecycle_v1_StopRequest request = signet_lifecycle_v1_StopRequest_init_zero;
    signet_lifecycle_v1_StopReply reply;

    assert_true(sg_succeeded(signet_lifecycle_v1_Lifecycle_Stop(supervisor, &request, &reply)));
}

static void finishes_when_it_is_asked_to(void **state)
{
    (void)state;
    assert_int_equal(visit(sg_badge(5, 1)), 1);
    stop_now();
    assert_true(loop.is_finishing);
    assert_int_equal(sg_loop_run(&loop), SG_OK);
}

static void may_finish_something_first(void **state)
{
    (void)state;
    service.stop = stop;
    stop_now();
    assert_int_equal(stops, 1);
    assert_false(loop.is_finishing);
    assert_int_equal(visit(sg_badge(5, 1)), 1);
}

static bool set_level(uint32_t level)
{
    const signet_lifecycle_v1_SetLogLevelRequest request = {(signet_lifecycle_v1_Level)level};
    signet_lifecycle_v1_SetLogLevelReply reply;

    return sg_succeeded(signet_lifecycle_v1_Lifecycle_SetLogLevel(supervisor, &request, &reply));
}

static void writes_as_much_as_it_is_told(void **state)
{
    (void)state;
    sg_log(SG_LOG_INFO, "one");
    assert_int_equal(lines, 1);
    assert_true(set_level(signet_lifecycle_v1_Level_WARNING));
    sg_log(SG_LOG_INFO, "not this one");
    sg_log(SG_LOG_WARNING, "two");
    assert_int_equal(lines, 2);
    assert_false(set_level(4));
    sg_log(SG_LOG_INFO, "nor this one");
    assert_int_equal(lines, 2);
    assert_true(set_level(signet_lifecycle_v1_Level_DEBUG));
    sg_log(SG_LOG_DEBUG, "three");
    assert_int_equal(lines, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(is_ready_when_its_loop_runs, setup),
        cmocka_unit_test_setup(is_ready_when_it_says_so, setup),
        cmocka_unit_test_setup(sessions_end_with_their_clients, setup),
        cmocka_unit_test_setup(finishes_when_it_is_asked_to, setup),
        cmocka_unit_test_setup(may_finish_something_first, setup),
        cmocka_unit_test_setup(writes_as_much_as_it_is_told, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
