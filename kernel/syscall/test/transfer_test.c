/* SPDX-License-Identifier: BSD-2-Clause */
/* Capabilities travelling with messages: by copy, move and lease, all of them or none. */
#include "ipc.h"

static struct talk talk;

static void write_list(struct side *side, const struct sg_cap_transfer *list, uint32_t count)
{
    memcpy(user_arena(side->thread) + CAPS_OFFSET, list, count * sizeof(*list));
    side->caps_count = count;
}

static struct sg_cap_transfer item(uint64_t handle, uint64_t rights, uint32_t mode)
{
    struct sg_handle name = sg_handle_from_word(handle);

    return (struct sg_cap_transfer){name.index, name.generation, rights, mode, 0};
}

static uint64_t received_handle(const struct side *side, uint32_t number)
{
    struct sg_handle handle[SG_MESSAGE_CAPS_MAX];

    memcpy(handle, user_arena(side->thread) + RECEIVE_CAPS_OFFSET, sizeof(handle));
    return sg_handle_word(handle[number]);
}

static uint64_t rights_of(const struct side *side, uint64_t handle)
{
    uint64_t rights = 0;

    if (OBJECT(side->thread, handle, SG_INFO, &rights, SG_INFO_RIGHTS) != SG_OK)
        return 0;
    return rights;
}

/* A notification of the client's with all rights. */
static uint64_t make_gift(void)
{
    uint64_t object = fixture_create(SG_TYPE_NOTIFICATION, 0, 0, 0);

    return fixture_give(&talk.client.process, object, SG_RIGHTS_ALL);
}

static void start(enum way client, enum way server)
{
    talk_start(&talk);
    talk.client.way = client;
    talk.server.way = server;
}

static uint32_t slots_free(const struct side *side)
{
    return pool_left(&thread_cspace(side->thread)->pool);
}

static void copies_and_moves(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 2 * 4; i++) {
        enum way client = i % 2 ? BY_ARENA : BY_RING;
        enum way server = i / 2 % 2 ? BY_ARENA : BY_RING;
        bool caller_first = i / 4;

        start(client, server);
        uint64_t copied = make_gift();
        uint64_t moved = make_gift();
        struct sg_cap_transfer list[] = {
            item(copied, SG_BIT(SG_NOTIFICATION_SIGNAL) | SG_BIT(SG_INFO), SG_TRANSFER_COPY),
            item(moved, SG_RIGHTS_ALL, SG_TRANSFER_MOVE)};
        write_list(&talk.client, list, 2);
        if (!caller_first)
            (void)side_receive(&talk.server);
        (void)side_call(&talk.client, 1, "x", 1);
        if (caller_first)
            (void)side_receive(&talk.server);
        struct received call = side_result(&talk.server);
        expect_equal(call.result, 1);
        expect_equal(call.caps, 2);
        uint64_t first = received_handle(&talk.server, 0);
        uint64_t second = received_handle(&talk.server, 1);
        expect_equal(rights_of(&talk.server, first),
                     SG_BIT(SG_NOTIFICATION_SIGNAL) | SG_BIT(SG_INFO) | SG_BIT(SG_RELEASE));
        expect_equal(rights_of(&talk.server, second), SG_RIGHTS_ALL >> 2);
        talk.client.way = BY_RING; /* its thread may still wait in registers */
        (void)side_reply(&talk.server, call.token, 0, "", 0);
        expect_equal(rights_of(&talk.client, copied), SG_RIGHTS_ALL >> 2);
        expect_equal(OBJECT(talk.client.thread, moved, SG_INFO, NULL, SG_INFO_RIGHTS),
                     SG_BAD_HANDLE);
        (void)fixture_destroy(talk.client.process.untyped);
        (void)fixture_destroy(talk.server.process.untyped);
    }
}

static void sends_with_replies(void **state)
{
    uint64_t object = fixture_create(SG_TYPE_NOTIFICATION, 0, 0, 0);

    (void)state;
    start(BY_ARENA, BY_RING);
    (void)side_receive(&talk.server);
    (void)side_call(&talk.client, 1, "", 0);
    uint32_t token = side_result(&talk.server).token;
    uint64_t gift = fixture_give(&talk.server.process, object, SG_RIGHTS_ALL);
    struct sg_cap_transfer list[] = {item(gift, SG_RIGHTS_ALL, SG_TRANSFER_MOVE)};
    write_list(&talk.server, list, 1);
    (void)side_reply(&talk.server, token, 0, "", 0);
    expect_equal(side_result(&talk.client).caps, 1);
    expect_equal(OBJECT(talk.client.thread, received_handle(&talk.client, 0),
                        SG_NOTIFICATION_SIGNAL, NULL, 0),
                 SG_OK);
    expect_equal(OBJECT(talk.server.thread, gift, SG_RELEASE, NULL, 0), SG_BAD_HANDLE);
}

/* A leased transfer derives from the lease and dies with it. */
static void leases(void **state)
{
    uint64_t object = fixture_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    uint64_t lease;

    (void)state;
    start(BY_RING, BY_RING);
    expect_equal(OBJECT(fixture.init, object, SG_LEASE, &lease,
                        SG_BIT(SG_NOTIFICATION_SIGNAL) | SG_BIT(SG_INFO), fixture.untyped,
                        fixture.next++),
                 SG_OK);
    uint64_t gift = fixture_give(&talk.client.process, lease, SG_RIGHTS_ALL);
    struct sg_cap_transfer list[] = {item(gift, SG_RIGHTS_ALL, SG_TRANSFER_LEASE)};
    write_list(&talk.client, list, 1);
    (void)side_receive(&talk.server);
    (void)side_call(&talk.client, 1, "", 0);
    expect_equal(side_result(&talk.server).caps, 1);
    uint64_t got = received_handle(&talk.server, 0);
    expect_equal(rights_of(&talk.server, got),
                 SG_BIT(SG_NOTIFICATION_SIGNAL) | SG_BIT(SG_INFO) | SG_BIT(SG_RELEASE));
    expect_equal(OBJECT(talk.server.thread, got, SG_NOTIFICATION_SIGNAL, NULL, 0), SG_OK);
    expect_equal(OBJECT(talk.server.thread, got, SG_NOTIFICATION_WAIT, NULL, 0), SG_DENIED);
    expect_equal(fixture_destroy(lease), SG_OK);
    expect_equal(OBJECT(talk.server.thread, got, SG_NOTIFICATION_SIGNAL, NULL, 0), SG_BAD_HANDLE);
}

/* Every way a list can be wrong fails the call and leaves both cspaces as they were. */
static void refuses_bad_lists(void **state)
{
    (void)state;
    start(BY_ARENA, BY_RING);
    uint64_t good = make_gift();
    uint64_t object = fixture_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    uint64_t no_copy = fixture_give(&talk.client.process, object, SG_RIGHTS_ALL & ~SG_BIT(SG_COPY));
    uint64_t no_move = fixture_give(&talk.client.process, object, SG_RIGHTS_ALL & ~SG_BIT(SG_MOVE));
    uint64_t lease;
    expect_equal(OBJECT(fixture.init, object, SG_LEASE, &lease, SG_RIGHTS_ALL, fixture.untyped,
                        fixture.next++),
                 SG_OK);
    uint64_t no_derive =
        fixture_give(&talk.client.process, lease, SG_RIGHTS_ALL & ~SG_BIT(SG_LEASE_DERIVE));
    const struct sg_cap_transfer fine = item(good, SG_RIGHTS_ALL, SG_TRANSFER_COPY);
    struct sg_cap_transfer reserved = fine;
    reserved.reserved = 1;
    const struct {
        struct sg_cap_transfer list[2];
        int status;
    } cases[] = {
        {{fine, item(UINT64_C(1) << 32 | 60, SG_RIGHTS_ALL, SG_TRANSFER_COPY)}, SG_BAD_HANDLE},
        {{fine, item(good + (UINT64_C(1) << 32), SG_RIGHTS_ALL, SG_TRANSFER_COPY)}, SG_BAD_HANDLE},
        {{fine, item(UINT32_MAX, SG_RIGHTS_ALL, SG_TRANSFER_MOVE)}, SG_BAD_HANDLE},
        {{fine, item(no_copy, SG_RIGHTS_ALL, SG_TRANSFER_COPY)}, SG_DENIED},
        {{fine, item(no_move, SG_RIGHTS_ALL, SG_TRANSFER_MOVE)}, SG_DENIED},
        {{fine, item(no_derive, SG_RIGHTS_ALL, SG_TRANSFER_LEASE)}, SG_DENIED},
        {{fine, item(no_copy, SG_RIGHTS_ALL, SG_TRANSFER_LEASE)}, SG_BAD_TYPE},
        {{fine, item(no_copy, SG_RIGHTS_ALL, 3)}, SG_BAD_ARGUMENT},
        {{fine, item(good, SG_RIGHTS_ALL, SG_TRANSFER_MOVE)}, SG_BAD_ARGUMENT},
        {{item(good, SG_RIGHTS_ALL, SG_TRANSFER_MOVE), item(good, SG_RIGHTS_ALL, SG_TRANSFER_MOVE)},
         SG_BAD_ARGUMENT},
        {{item(good, SG_RIGHTS_ALL, SG_TRANSFER_MOVE), fine}, SG_BAD_ARGUMENT},
        {{fine, reserved}, SG_BAD_ARGUMENT},
    };
    (void)side_receive(&talk.server);
    uint32_t free_client = slots_free(&talk.client);
    uint32_t free_server = slots_free(&talk.server);
    for (uint32_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        write_list(&talk.client, cases[i].list, 2);
        expect_equal(side_call(&talk.client, 1, "", 0), cases[i].status);
        expect_equal(slots_free(&talk.client), free_client);
        expect_equal(slots_free(&talk.server), free_server);
    }
    /* The receiver still waits, and the same capability may be copied twice. */
    struct sg_cap_transfer twice[] = {fine, fine};
    write_list(&talk.client, twice, 2);
    (void)side_call(&talk.client, 1, "", 0);
    expect_equal(side_result(&talk.server).caps, 2);
}

static void refuses_without_room(void **state)
{
    (void)state;
    start(BY_ARENA, BY_RING);
    uint64_t gift = make_gift();
    struct sg_cap_transfer list[] = {item(gift, SG_RIGHTS_ALL, SG_TRANSFER_MOVE),
                                     item(make_gift(), SG_RIGHTS_ALL, SG_TRANSFER_COPY)};
    write_list(&talk.client, list, 2);
    /* The receiver gives room for one. */
    talk.server.receive_caps_count = 1;
    (void)side_receive(&talk.server);
    expect_equal(side_call(&talk.client, 1, "", 0), SG_TOO_BIG);
    /* The receiver's cspace has room for one. */
    uint64_t at_server = fixture_give(&talk.server.process,
                                      fixture_create(SG_TYPE_NOTIFICATION, 0, 0, 0), SG_RIGHTS_ALL);
    while (slots_free(&talk.server) > 1)
        expect_equal(OBJECT(talk.server.thread, at_server, SG_COPY, NULL, SG_RIGHTS_ALL, 0), SG_OK);
    talk.client.caps_count = 1;
    talk.client.caps_count = 2;
    struct side second;
    struct received received;
    talk_server(&talk, &second);
    second.way = BY_RING;
    (void)side_ended(&talk.server, &received);
    expect_equal(
        user_invoke(talk.server.thread, &(struct operation){.opcode = SG_OP_CANCEL,
                                                            .deadline_ns = SG_FOREVER,
                                                            .word = {talk.server.user_data}}),
        SG_OK);
    talk.server.receive_caps_count = 2;
    (void)side_receive(&talk.server);
    expect_equal(side_call(&talk.client, 1, "", 0), SG_NO_SLOT);
    expect_equal(slots_free(&talk.server), 1);
    expect_equal(rights_of(&talk.client, gift), SG_RIGHTS_ALL >> 2);
    /* One fits, and fills it. */
    talk.client.caps_count = 1;
    (void)side_call(&talk.client, 1, "", 0);
    expect_equal(slots_free(&talk.server), 0);
}

/* A register message carries none, and a register receiver has no room for any. */
static void registers_carry_none(void **state)
{
    (void)state;
    start(BY_ARENA, BY_REGISTERS);
    struct sg_cap_transfer list[] = {item(make_gift(), SG_RIGHTS_ALL, SG_TRANSFER_COPY)};
    write_list(&talk.client, list, 1);
    (void)side_receive(&talk.server);
    expect_equal(side_call(&talk.client, 1, "", 0), SG_TOO_BIG);
}

/* Capabilities of a queued call are checked when it is delivered, not before. */
static void checks_at_delivery(void **state)
{
    (void)state;
    start(BY_RING, BY_RING);
    uint64_t gift = make_gift();
    struct sg_cap_transfer list[] = {item(gift, SG_RIGHTS_ALL, SG_TRANSFER_MOVE)};
    write_list(&talk.client, list, 1);
    (void)side_call(&talk.client, 1, "", 0);
    expect_equal(OBJECT(talk.client.thread, gift, SG_RELEASE, NULL, 0), SG_OK);
    (void)side_receive(&talk.server);
    expect_equal(side_result(&talk.client).result, SG_BAD_HANDLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KERNEL_TEST(copies_and_moves),
        KERNEL_TEST(sends_with_replies),
        KERNEL_TEST(leases),
        KERNEL_TEST(refuses_bad_lists),
        KERNEL_TEST(refuses_without_room),
        KERNEL_TEST(registers_carry_none),
        KERNEL_TEST(checks_at_delivery),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
