/* SPDX-License-Identifier: BSD-2-Clause */
/* A server works on its caller's time: along one call, along a chain of them, and when any member of
   the chain gives up or dies in the middle. The walker checks where every sched is after each step. */
#include "ipc.h"

#include "object/sched.h"

#define CHAIN 4u

/* Servers 1 to CHAIN - 1, each of its own endpoint; member 0 only calls. */
struct chain {
    struct talk talk[CHAIN];
    struct side caller[CHAIN]; /* member i as a client of member i + 1 */
    uint32_t token[CHAIN];     /* of the call member i holds */
};

/* Member i's side as a server. */
static struct side *server(struct chain *chain, uint32_t i)
{
    return &chain->talk[i].server;
}

/* Builds the chain and calls along it; the last member is left to reply. */
static void chain_start(struct chain *chain)
{
    for (uint32_t i = 1; i < CHAIN; i++) {
        talk_start(&chain->talk[i]);
        (void)side_receive(server(chain, i));
    }
    chain->caller[0] = chain->talk[1].client;
    for (uint32_t i = 0; i + 1 < CHAIN; i++) {
        if (i > 0) { /* member i calls with a client of the next endpoint in its own cspace */
            uint64_t client;

            expect_equal(OBJECT(fixture.init, chain->talk[i + 1].endpoint, SG_ENDPOINT_MINT,
                                &client, 50 + i, SG_RIGHTS_ALL),
                         SG_OK);
            chain->caller[i] = *server(chain, i);
            chain->caller[i].handle =
                fixture_give(&server(chain, i)->process, client, SG_RIGHTS_ALL);
        }
        expect_equal(side_call(&chain->caller[i], 1, "", 0), USER_PENDING);
        chain->token[i + 1] = side_result(server(chain, i + 1)).token;
    }
}

static struct sched *home(const struct side *side)
{
    return side->thread->home;
}

static void lends_along_a_chain(void **state)
{
    struct chain chain;

    (void)state;
    chain_start(&chain);
    assert_ptr_equal(thread_sched(server(&chain, CHAIN - 1)->thread), home(&chain.caller[0]));
    for (uint32_t i = CHAIN - 1; i > 0; i--) {
        expect_equal(side_reply(server(&chain, i), chain.token[i], 0, "", 0), SG_OK);
        assert_ptr_equal(thread_sched(server(&chain, i)->thread), home(server(&chain, i)));
        expect_equal(side_result(&chain.caller[i - 1]).result, 0);
    }
    assert_ptr_equal(thread_sched(chain.caller[0].thread), home(&chain.caller[0]));
}

/* The whole time of a call is charged to its caller. */
static void charges_the_caller(void **state)
{
    struct talk talk;

    (void)state;
    talk_start(&talk);
    (void)side_receive(&talk.server);
    (void)side_call(&talk.client, 1, "", 0);
    uint64_t server_ns = home(&talk.server)->consumed_ns;
    uint64_t client_ns = home(&talk.client)->consumed_ns;
    user_advance(1000000);
    (void)side_reply(&talk.server, side_result(&talk.server).token, 0, "", 0);
    user_run(fixture.init);
    expect_equal(home(&talk.server)->consumed_ns, server_ns);
    expect_equal(home(&talk.client)->consumed_ns, client_ns + 1000000);
}

/* A server works with its caller's class, however low its own is, and however high. */
static void lends_its_class(void **state)
{
    struct side rival;
    struct talk talk;

    (void)state;
    talk_start(&talk);
    talk_server(&talk, &rival);
    (void)side_receive(&talk.server);
    expect_equal(
        OBJECT(fixture.init, talk.server.process.sched, SG_SCHED_LOWER, NULL, SG_CLASS_IDLE, 1),
        SG_OK);
    (void)side_call(&talk.client, 1, "", 0);
    expect_equal(thread_sched(talk.server.thread)->queued_class, SG_CLASS_NORMAL);
    user_run(rival.thread);
    user_run(talk.server.thread); /* gets its turn among threads of class normal */
    (void)side_reply(&talk.server, side_result(&talk.server).token, 0, "", 0);
    expect_equal(thread_sched(talk.server.thread)->queued_class, SG_CLASS_IDLE);
}

static void takes_back_when_a_member_gives_up(void **state)
{
    (void)state;
    for (uint32_t quitter = 0; quitter + 1 < CHAIN; quitter++) {
        uint32_t next = fixture.next;
        struct chain chain;

        for (uint32_t i = 1; i < CHAIN; i++) {
            talk_start(&chain.talk[i]);
            (void)side_receive(server(&chain, i));
        }
        chain.caller[0] = chain.talk[1].client;
        for (uint32_t i = 0; i + 1 < CHAIN; i++) {
            uint64_t client;

            if (i > 0) {
                expect_equal(OBJECT(fixture.init, chain.talk[i + 1].endpoint, SG_ENDPOINT_MINT,
                                    &client, 50 + i, SG_RIGHTS_ALL),
                             SG_OK);
                chain.caller[i] = *server(&chain, i);
                chain.caller[i].handle =
                    fixture_give(&server(&chain, i)->process, client, SG_RIGHTS_ALL);
            }
            if (i == quitter)
                chain.caller[i].deadline_ns = host.now_ns + 1000;
            expect_equal(side_call(&chain.caller[i], 1, "", 0), USER_PENDING);
            chain.token[i + 1] = side_result(server(&chain, i + 1)).token;
        }
        user_advance(1000);
        expect_equal(side_result(&chain.caller[quitter]).result, SG_TIMED_OUT);
        assert_ptr_equal(thread_sched(chain.caller[quitter].thread), home(&chain.caller[0]));
        /* Who worked at the end of the chain works for the first that is left of it. */
        assert_ptr_equal(thread_sched(server(&chain, CHAIN - 1)->thread),
                         home(server(&chain, quitter + 1)));
        for (uint32_t i = CHAIN - 1; i > 0; i--)
            expect_equal(side_reply(server(&chain, i), chain.token[i], 0, "", 0),
                         i == quitter + 1 ? SG_PEER_GONE : SG_OK);
        for (uint32_t i = 1; i < CHAIN; i++) {
            (void)fixture_destroy(chain.talk[i].endpoint);
            (void)fixture_destroy(chain.talk[i].server.process.untyped);
            (void)fixture_destroy(chain.talk[i].client.process.untyped);
        }
        fixture.next = next;
    }
}

/* Any member of the chain is destroyed, in any of its parts. */
static void survives_any_death(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < CHAIN * 4; i++) {
        uint32_t next = fixture.next;
        uint64_t free = fixture_free();
        struct chain chain;
        struct process *victim;

        chain_start(&chain);
        victim = &chain.caller[i / 4].process;
        if (i / 4 == CHAIN - 1)
            victim = &server(&chain, CHAIN - 1)->process;
        const uint64_t part[] = {victim->untyped, victim->thread, victim->sched, victim->ring};
        expect_equal(fixture_destroy(part[i % 4]), SG_OK);
        if (i / 4 > 0)
            expect_equal(side_result(&chain.caller[i / 4 - 1]).result, SG_PEER_GONE);
        for (uint32_t n = 1; n < CHAIN; n++) {
            (void)fixture_destroy(chain.talk[n].endpoint);
            (void)fixture_destroy(chain.talk[n].server.process.untyped);
            (void)fixture_destroy(chain.talk[n].client.process.untyped);
        }
        expect_equal(fixture_free(), free);
        fixture.next = next;
    }
}

/* Stopping a member in the middle leaves what it holds open, and starting it again goes on. */
static void stops_in_the_middle(void **state)
{
    struct chain chain;

    (void)state;
    chain_start(&chain);
    expect_equal(OBJECT(fixture.init, server(&chain, 2)->process.thread, SG_THREAD_STOP, NULL, 0),
                 SG_OK);
    expect_equal(side_reply(server(&chain, 3), chain.token[3], 0, "", 0), SG_PEER_GONE);
    assert_false(user_returned(chain.caller[1].thread));
    expect_equal(OBJECT(fixture.init, server(&chain, 2)->process.thread, SG_THREAD_START, NULL,
                        0x400000, 0, 0, 0),
                 SG_OK);
    expect_equal(side_reply(server(&chain, 2), chain.token[2], 0, "", 0), SG_OK);
    expect_equal(side_result(&chain.caller[1]).result, 0);
    expect_equal(side_reply(server(&chain, 1), chain.token[1], 0, "", 0), SG_OK);
    expect_equal(side_result(&chain.caller[0]).result, 0);
}

/* The server is preempted on lent time while its caller gives up. */
static void gives_up_while_the_server_waits_its_turn(void **state)
{
    struct side rival;
    struct talk talk;

    (void)state;
    talk_start(&talk);
    talk_server(&talk, &rival);
    (void)side_receive(&talk.server);
    talk.client.deadline_ns = host.now_ns + 1000;
    (void)side_call(&talk.client, 1, "", 0);
    user_run(rival.thread);
    assert_true(home(&talk.client)->is_queued);
    user_advance(1000);
    expect_equal(side_result(&talk.client).result, SG_TIMED_OUT);
    expect_equal(side_reply(&talk.server, side_result(&talk.server).token, 0, "", 0), SG_PEER_GONE);
}

/* A chain longer than time is lent along still works; the rest runs on its own time. */
static void lends_no_further_than_it_may(void **state)
{
    struct side caller[13];
    struct talk talk[13];
    uint32_t token[13];

    (void)state;
    for (uint32_t i = 1; i < 13; i++) {
        talk_start(&talk[i]);
        (void)side_receive(&talk[i].server);
    }
    caller[0] = talk[1].client;
    for (uint32_t i = 0; i < 12; i++) {
        uint64_t client;

        if (i > 0) {
            expect_equal(OBJECT(fixture.init, talk[i + 1].endpoint, SG_ENDPOINT_MINT, &client, i,
                                SG_RIGHTS_ALL),
                         SG_OK);
            caller[i] = talk[i].server;
            caller[i].handle = fixture_give(&caller[i].process, client, SG_RIGHTS_ALL);
        }
        (void)side_call(&caller[i], 1, "", 0);
        token[i + 1] = side_result(&talk[i + 1].server).token;
    }
    assert_ptr_not_equal(thread_sched(talk[12].server.thread), home(&caller[0]));
    for (uint32_t i = 12; i > 0; i--)
        expect_equal(side_reply(&talk[i].server, token[i], 0, "", 0), SG_OK);
    expect_equal(side_result(&caller[0]).result, 0);
}

/* A server on lent time waits by its ring, for an interrupt or for a deadline, and goes on. */
static void waits_on_lent_time(void **state)
{
    struct talk talk;

    (void)state;
    talk_start(&talk);
    (void)side_receive(&talk.server);
    (void)side_call(&talk.client, 1, "", 0);
    uint32_t token = side_result(&talk.server).token;
    expect_equal(user_enter(talk.server.thread, 0, 1, 500, SG_CALL_RELATIVE), USER_PENDING);
    user_advance(500);
    expect_equal((int32_t)talk.server.thread->context.operation, SG_TIMED_OUT);
    expect_equal(side_reply(&talk.server, token, 0, "", 0), SG_OK);
    expect_equal(side_result(&talk.client).result, 0);
}

/* A loop of reply-and-receive with several register callers queued all the time. */
static void serves_a_crowd(void **state)
{
    struct side client[4];
    struct talk talk;

    (void)state;
    talk_start(&talk);
    for (uint32_t i = 0; i < 4; i++) {
        talk_client(&talk, i, &client[i]);
        (void)side_call(&client[i], 1, "", 0);
    }
    (void)side_receive(&talk.server);
    for (uint32_t round = 0; round < 20; round++) {
        struct received call = side_result(&talk.server);

        expect_equal(call.badge, round % 4);
        (void)side_reply_and_receive(&talk.server, call.token, "", 0);
        expect_equal(side_result(&client[call.badge]).result, 0);
        (void)side_call(&client[call.badge], 1, "", 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KERNEL_TEST(lends_along_a_chain),
        KERNEL_TEST(charges_the_caller),
        KERNEL_TEST(lends_its_class),
        KERNEL_TEST(takes_back_when_a_member_gives_up),
        KERNEL_TEST(survives_any_death),
        KERNEL_TEST(stops_in_the_middle),
        KERNEL_TEST(gives_up_while_the_server_waits_its_turn),
        KERNEL_TEST(lends_no_further_than_it_may),
        KERNEL_TEST(waits_on_lent_time),
        KERNEL_TEST(serves_a_crowd),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
