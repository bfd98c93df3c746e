/* SPDX-License-Identifier: BSD-2-Clause */
/* Either side of a call dies, whole or in part, in every state of the call; nothing of it is lost and
   the other side hears of it once. */
#include "ipc.h"

/* How a process comes to its end. */
enum death { BY_UNTYPED, BY_THREAD, BY_RING_OBJECT, BY_SCHED, BY_CSPACE, BY_ASPACE, DEATH_COUNT };

static void kill_process(const struct process *process, enum death death)
{
    const uint64_t handle[DEATH_COUNT] = {process->untyped, process->thread, process->ring,
                                          process->sched,   process->cspace, process->aspace};

    expect_equal(fixture_destroy(handle[death]), SG_OK);
    expect_equal(process->tcb->state,
                 death == BY_UNTYPED || death == BY_THREAD ? 0 : SG_THREAD_UNBOUND);
}

static void server_dies_receiving(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < DEATH_COUNT * WAY_COUNT; i++) {
        uint64_t free = fixture_free();
        uint32_t next = fixture.next;
        struct talk talk;

        talk_start(&talk);
        talk.server.way = i % WAY_COUNT;
        (void)side_receive(&talk.server);
        kill_process(&talk.server.process, i / WAY_COUNT);
        talk.client.way = i % WAY_COUNT;
        (void)side_call(&talk.client, 1, "", 0); /* the endpoint outlives it */
        struct received received;
        assert_false(side_ended(&talk.client, &received));
        (void)fixture_destroy(talk.endpoint);
        expect_equal(side_result(&talk.client).result, SG_PEER_GONE);
        (void)fixture_destroy(talk.client.process.untyped);
        (void)fixture_destroy(talk.server.process.untyped);
        expect_equal(fixture_free(), free);
        fixture.next = next;
    }
}

static void server_dies_holding(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < DEATH_COUNT * WAY_COUNT * WAY_COUNT; i++) {
        uint64_t free = fixture_free();
        uint32_t next = fixture.next;
        struct talk talk;

        talk_start(&talk);
        talk.server.way = i % WAY_COUNT;
        talk.client.way = i / WAY_COUNT % WAY_COUNT;
        (void)side_receive(&talk.server);
        (void)side_call(&talk.client, 1, "", 0);
        expect_equal(side_result(&talk.server).badge, 42);
        kill_process(&talk.server.process, i / WAY_COUNT / WAY_COUNT);
        expect_equal(side_result(&talk.client).result, SG_PEER_GONE);
        (void)fixture_destroy(talk.endpoint);
        (void)fixture_destroy(talk.client.process.untyped);
        (void)fixture_destroy(talk.server.process.untyped);
        expect_equal(fixture_free(), free);
        fixture.next = next;
    }
}

static void client_dies_queued(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < DEATH_COUNT * WAY_COUNT; i++) {
        uint64_t free = fixture_free();
        uint32_t next = fixture.next;
        struct talk talk;

        talk_start(&talk);
        talk.client.way = i % WAY_COUNT;
        (void)side_call(&talk.client, 1, "", 0);
        kill_process(&talk.client.process, i / WAY_COUNT);
        talk.server.deadline_ns = 0;
        expect_equal(side_receive(&talk.server), SG_TIMED_OUT);
        (void)fixture_destroy(talk.endpoint);
        (void)fixture_destroy(talk.client.process.untyped);
        (void)fixture_destroy(talk.server.process.untyped);
        expect_equal(fixture_free(), free);
        fixture.next = next;
    }
}

static void client_dies_delivered(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < DEATH_COUNT * WAY_COUNT * WAY_COUNT; i++) {
        uint64_t free = fixture_free();
        uint32_t next = fixture.next;
        struct talk talk;

        talk_start(&talk);
        talk.server.way = i % WAY_COUNT;
        talk.client.way = i / WAY_COUNT % WAY_COUNT;
        (void)side_receive(&talk.server);
        (void)side_call(&talk.client, 1, "", 0);
        uint32_t token = side_result(&talk.server).token;
        kill_process(&talk.client.process, i / WAY_COUNT / WAY_COUNT);
        (void)side_reply(&talk.server, token, 0, "", 0);
        expect_equal(side_result(&talk.server).result, SG_PEER_GONE);
        (void)fixture_destroy(talk.endpoint);
        (void)fixture_destroy(talk.client.process.untyped);
        (void)fixture_destroy(talk.server.process.untyped);
        expect_equal(fixture_free(), free);
        fixture.next = next;
    }
}

/* A server with reply-and-receive goes on serving when its caller is gone. */
static void server_goes_on_after_a_caller_died(void **state)
{
    struct side other;
    struct talk talk;

    (void)state;
    talk_start(&talk);
    talk_client(&talk, 43, &other);
    for (uint32_t way = 0; way < WAY_COUNT; way++) {
        struct side mortal;

        talk.server.way = way;
        talk_client(&talk, 44, &mortal);
        (void)side_receive(&talk.server);
        (void)side_call(&mortal, 1, "", 0);
        uint32_t token = side_result(&talk.server).token;
        kill_process(&mortal.process, BY_UNTYPED);
        (void)side_reply_and_receive(&talk.server, token, "", 0);
        (void)side_call(&other, 1, "", 0);
        struct received call = side_result(&talk.server);
        expect_equal(call.badge, 43);
        (void)side_reply(&talk.server, call.token, 0, "", 0);
        expect_equal(side_result(&other).result, 0);
    }
}

/* The endpoint dies: queued calls and waiting receivers end, held calls are still answered. */
static void endpoint_dies(void **state)
{
    struct side client[3];
    struct received received;
    struct talk talk;

    (void)state;
    talk_start(&talk);
    (void)side_receive(&talk.server);
    (void)side_call(&talk.client, 1, "", 0);
    uint32_t token = side_result(&talk.server).token;
    for (uint32_t i = 0; i < 3; i++) {
        talk_client(&talk, i, &client[i]);
        client[i].way = i;
        (void)side_call(&client[i], 1, "", 0);
        assert_false(side_ended(&client[i], &received));
    }
    expect_equal(fixture_destroy(talk.endpoint), SG_OK);
    for (uint32_t i = 0; i < 3; i++)
        expect_equal(side_result(&client[i]).result, SG_PEER_GONE);
    (void)side_call(&client[0], 1, "", 0);
    expect_equal(side_result(&client[0]).result, SG_BAD_HANDLE);
    (void)side_reply(&talk.server, token, 0, "", 0);
    expect_equal(side_result(&talk.client).result, 0);
    expect_equal(side_receive(&talk.server), SG_BAD_HANDLE);
}

static void endpoint_dies_under_receivers(void **state)
{
    struct side server[WAY_COUNT];
    struct talk talk;

    (void)state;
    talk_start(&talk);
    for (uint32_t i = 0; i < WAY_COUNT; i++) {
        talk_server(&talk, &server[i]);
        server[i].way = i;
        (void)side_receive(&server[i]);
    }
    expect_equal(fixture_destroy(talk.endpoint), SG_OK);
    for (uint32_t i = 0; i < WAY_COUNT; i++)
        expect_equal(side_result(&server[i]).result, SG_PEER_GONE);
}

/* More operations than one step of anything ends. */
static void endpoint_dies_with_many_callers(void **state)
{
    struct talk talk;

    (void)state;
    talk_start(&talk);
    struct process process = fixture_process_with(0, 128, 6);
    uint64_t client;
    expect_equal(OBJECT(fixture.init, talk.endpoint, SG_ENDPOINT_MINT, &client, 1, SG_RIGHTS_ALL),
                 SG_OK);
    struct sg_submission call = user_entry(fixture_give(&process, client, SG_RIGHTS_ALL), 0, 0);
    for (; call.user_data < 100; call.user_data++)
        user_submit(process.tcb, &call);
    expect_equal(user_enter(process.tcb, 100, 0, 0, 0), SG_OK);
    expect_equal(user_consumed(process.tcb), 100);
    expect_equal(fixture_destroy(talk.endpoint), SG_OK);
    for (uint32_t i = 0; i < 100; i++)
        expect_equal(user_completion(process.tcb, i).result, SG_PEER_GONE);
    expect_equal(fixture_destroy(process.untyped), SG_OK);
}

/* A ring full of operations is taken apart in steps. */
static void client_dies_with_many_calls(void **state)
{
    struct talk talk;

    (void)state;
    talk_start(&talk);
    struct process process = fixture_process_with(0, 128, 6);
    uint64_t client;
    expect_equal(OBJECT(fixture.init, talk.endpoint, SG_ENDPOINT_MINT, &client, 1, SG_RIGHTS_ALL),
                 SG_OK);
    struct sg_submission call = user_entry(fixture_give(&process, client, SG_RIGHTS_ALL), 0, 0);
    for (; call.user_data < 128; call.user_data++)
        user_submit(process.tcb, &call);
    expect_equal(user_enter(process.tcb, 128, 0, 0, 0), SG_OK);
    (void)side_receive(&talk.server);
    expect_equal(side_result(&talk.server).badge, 1);
    uint32_t token = side_result(&talk.server).token;
    expect_equal(OBJECT(fixture.init, process.ring, SG_DESTROY, NULL, 0), SG_AGAIN);
    expect_equal(fixture_destroy(process.untyped), SG_OK);
    (void)side_reply(&talk.server, token, 0, "", 0);
    expect_equal(side_result(&talk.server).result, SG_PEER_GONE);
    talk.server.deadline_ns = 0;
    expect_equal(side_receive(&talk.server), SG_TIMED_OUT);
}

/* A capability that died while its call was queued does not get it delivered. */
static void queued_calls_lose_their_authority(void **state)
{
    uint64_t client;
    uint64_t lease;
    uint64_t derived;
    struct talk talk;

    (void)state;
    talk_start(&talk);
    expect_equal(OBJECT(fixture.init, talk.endpoint, SG_ENDPOINT_MINT, &client, 9, SG_RIGHTS_ALL),
                 SG_OK);
    expect_equal(OBJECT(fixture.init, client, SG_LEASE, &lease, SG_RIGHTS_ALL, fixture.untyped,
                        fixture.next++),
                 SG_OK);
    expect_equal(OBJECT(fixture.init, lease, SG_LEASE_DERIVE, &derived, SG_RIGHTS_ALL), SG_OK);
    talk.client.handle = fixture_give(&talk.client.process, derived, SG_RIGHTS_ALL);
    talk.client.way = BY_RING;
    (void)side_call(&talk.client, 1, "", 0);
    expect_equal(fixture_destroy(lease), SG_OK);
    talk.server.deadline_ns = 0;
    expect_equal(side_receive(&talk.server), SG_TIMED_OUT);
    expect_equal(side_result(&talk.client).result, SG_BAD_HANDLE);
    (void)side_call(&talk.client, 1, "", 0);
    expect_equal(side_result(&talk.client).result, SG_BAD_HANDLE);
}

/* So with a receiver: it fails when it is its turn, and the call goes to the next. */
static void waiting_receivers_lose_their_authority(void **state)
{
    struct side dead[10];
    struct side heir;
    uint64_t lease;
    uint64_t derived;
    struct talk talk;

    (void)state;
    talk_start(&talk);
    expect_equal(OBJECT(fixture.init, talk.endpoint, SG_LEASE, &lease, SG_RIGHTS_ALL,
                        fixture.untyped, fixture.next++),
                 SG_OK);
    expect_equal(OBJECT(fixture.init, lease, SG_LEASE_DERIVE, &derived, SG_RIGHTS_ALL), SG_OK);
    for (uint32_t i = 0; i < 10; i++) {
        talk_server(&talk, &dead[i]);
        dead[i].handle = fixture_give(&dead[i].process, derived, SG_RIGHTS_ALL);
        dead[i].way = i % WAY_COUNT;
        (void)side_receive(&dead[i]);
    }
    talk_server(&talk, &heir);
    (void)side_receive(&heir);
    expect_equal(fixture_destroy(lease), SG_OK);
    expect_equal(side_call(&talk.client, 1, "", 0), SG_AGAIN); /* a bounded number at a time */
    expect_equal(side_call(&talk.client, 1, "", 0), USER_PENDING);
    for (uint32_t i = 0; i < 10; i++)
        expect_equal(side_result(&dead[i]).result, SG_BAD_HANDLE);
    expect_equal(side_result(&heir).badge, 42);
}

/* A server is not kept busy by queued calls that cannot be delivered. */
static void passes_by_a_bounded_number_of_calls(void **state)
{
    struct side client[10];
    uint64_t minted;
    uint64_t lease;
    uint64_t derived;
    struct talk talk;

    (void)state;
    talk_start(&talk);
    expect_equal(OBJECT(fixture.init, talk.endpoint, SG_ENDPOINT_MINT, &minted, 5, SG_RIGHTS_ALL),
                 SG_OK);
    expect_equal(OBJECT(fixture.init, minted, SG_LEASE, &lease, SG_RIGHTS_ALL, fixture.untyped,
                        fixture.next++),
                 SG_OK);
    expect_equal(OBJECT(fixture.init, lease, SG_LEASE_DERIVE, &derived, SG_RIGHTS_ALL), SG_OK);
    for (uint32_t i = 0; i < 10; i++) {
        talk_client(&talk, 5, &client[i]);
        client[i].handle = fixture_give(&client[i].process, derived, SG_RIGHTS_ALL);
        client[i].way = i % WAY_COUNT;
        (void)side_call(&client[i], 1, "", 0);
    }
    (void)side_call(&talk.client, 1, "", 0);
    expect_equal(fixture_destroy(lease), SG_OK);
    expect_equal(side_receive(&talk.server), SG_AGAIN);
    expect_equal(side_receive(&talk.server), 0);
    expect_equal(side_result(&talk.server).badge, 42);
    for (uint32_t i = 0; i < 10; i++)
        expect_equal(side_result(&client[i]).result, SG_BAD_HANDLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KERNEL_TEST(server_dies_receiving),
        KERNEL_TEST(server_dies_holding),
        KERNEL_TEST(client_dies_queued),
        KERNEL_TEST(client_dies_delivered),
        KERNEL_TEST(server_goes_on_after_a_caller_died),
        KERNEL_TEST(endpoint_dies),
        KERNEL_TEST(endpoint_dies_under_receivers),
        KERNEL_TEST(endpoint_dies_with_many_callers),
        KERNEL_TEST(client_dies_with_many_calls),
        KERNEL_TEST(queued_calls_lose_their_authority),
        KERNEL_TEST(waiting_receivers_lose_their_authority),
        KERNEL_TEST(passes_by_a_bounded_number_of_calls),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
