/* SPDX-License-Identifier: BSD-2-Clause */
/* Capabilities: copied, moved, released, read; leased and revoked in one step. */
#include "kernel_test.h"

#define ALL (SG_RIGHTS_ALL >> 2)

static uint64_t info(uint64_t handle, uint64_t selector)
{
    uint64_t value;

    expect_equal(OBJECT(fixture.init, handle, SG_INFO, &value, selector), SG_OK);
    return value;
}

static uint64_t lease_of(uint64_t handle, uint64_t rights)
{
    uint64_t lease;

    expect_equal(
        OBJECT(fixture.init, handle, SG_LEASE, &lease, rights, fixture.untyped, fixture.next++),
        SG_OK);
    return lease;
}

static uint64_t derive(uint64_t lease, uint64_t rights)
{
    uint64_t derived;

    expect_equal(OBJECT(fixture.init, lease, SG_LEASE_DERIVE, &derived, rights), SG_OK);
    return derived;
}

static void copies_with_fewer_rights(void **state)
{
    uint64_t object = fixture_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    uint64_t one;
    uint64_t two;

    (void)state;
    expect_equal(info(object, SG_INFO_RIGHTS), ALL);
    expect_equal(OBJECT(fixture.init, object, SG_COPY, &one,
                        SG_BIT(SG_COPY) | SG_BIT(SG_INFO) | SG_BIT(SG_NOTIFICATION_SIGNAL), 0),
                 SG_OK);
    expect_equal(info(one, SG_INFO_RIGHTS), SG_BIT(SG_COPY) | SG_BIT(SG_INFO) |
                                                SG_BIT(SG_NOTIFICATION_SIGNAL) |
                                                SG_BIT(SG_RELEASE));
    expect_equal(OBJECT(fixture.init, one, SG_COPY, &two, SG_RIGHTS_ALL, 0), SG_OK);
    expect_equal(info(two, SG_INFO_RIGHTS), info(one, SG_INFO_RIGHTS));
    expect_equal(OBJECT(fixture.init, one, SG_NOTIFICATION_WAIT, NULL, 0), SG_DENIED);
    expect_equal(OBJECT(fixture.init, one, SG_MOVE, NULL, SG_RIGHTS_ALL, 0), SG_DENIED);
    expect_equal(
        OBJECT(fixture.init, one, SG_LEASE, NULL, SG_RIGHTS_ALL, fixture.untyped, fixture.next),
        SG_DENIED);
    expect_equal(OBJECT(fixture.init, one, SG_DESTROY, NULL, 0), SG_DENIED);
    expect_equal(OBJECT(fixture.init, one, 62, NULL, 0), SG_DENIED);
    expect_equal(OBJECT(fixture.init, one, 63, NULL, 0), SG_DENIED);
    expect_equal(OBJECT(fixture.init, object, 64, NULL, 0), SG_BAD_OPERATION);
    /* Without a single right it can still be let go, and only that. */
    expect_equal(OBJECT(fixture.init, object, SG_COPY, &two, 0, 0), SG_OK);
    expect_equal(OBJECT(fixture.init, two, SG_INFO, NULL, SG_INFO_TYPE), SG_DENIED);
    expect_equal(OBJECT(fixture.init, two, SG_RELEASE, NULL, 0), SG_OK);
    expect_equal(OBJECT(fixture.init, two, SG_RELEASE, NULL, 0), SG_BAD_HANDLE);
}

static void moves_between_cspaces(void **state)
{
    uint64_t object = fixture_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    struct process process = fixture_process(0);
    uint64_t moved;

    (void)state;
    expect_equal(OBJECT(fixture.init, object, SG_MOVE, &moved, SG_RIGHTS_ALL, process.thread),
                 SG_BAD_TYPE);
    expect_equal(OBJECT(fixture.init, object, SG_MOVE, &moved, SG_RIGHTS_ALL, process.cspace),
                 SG_OK);
    expect_equal(OBJECT(fixture.init, object, SG_INFO, NULL, 0), SG_BAD_HANDLE);
    expect_equal(OBJECT(process.tcb, moved, SG_NOTIFICATION_SIGNAL, NULL, 0), SG_OK);
    /* Within one cspace a move renames. */
    uint64_t again;
    expect_equal(OBJECT(process.tcb, moved, SG_MOVE, &again, SG_RIGHTS_ALL, 0), SG_OK);
    expect_equal(OBJECT(process.tcb, moved, SG_NOTIFICATION_SIGNAL, NULL, 0), SG_BAD_HANDLE);
    expect_equal(OBJECT(process.tcb, again, SG_NOTIFICATION_SIGNAL, NULL, 0), SG_OK);
    /* A cspace capability without ACCEPT takes nothing. */
    uint64_t closed;
    expect_equal(OBJECT(fixture.init, process.cspace, SG_COPY, &closed,
                        SG_RIGHTS_ALL & ~SG_BIT(SG_CSPACE_ACCEPT), 0),
                 SG_OK);
    expect_equal(OBJECT(fixture.init, process.sched, SG_COPY, NULL, SG_RIGHTS_ALL, closed),
                 SG_DENIED);
}

/* A handle never comes back to life, whatever goes into its slot later. */
static void stale_handles_stay_stale(void **state)
{
    struct process process = fixture_process(0);
    uint64_t object = fixture_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    uint64_t handle[50];

    (void)state;
    for (uint32_t i = 0; i < 50; i++) {
        handle[i] = fixture_give(&process, object, SG_RIGHTS_ALL);
        for (uint32_t n = 0; n < i; n++)
            expect_equal(OBJECT(process.tcb, handle[n], SG_INFO, NULL, 0), SG_BAD_HANDLE);
        expect_equal(OBJECT(process.tcb, handle[i], SG_RELEASE, NULL, 0), SG_OK);
    }
}

/* A slot whose generations are used up is retired. */
static void retires_slots(void **state)
{
    struct process process = fixture_process(0);
    uint64_t object = fixture_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    uint64_t handle = fixture_give(&process, object, SG_RIGHTS_ALL);
    struct cspace *cspace = thread_cspace(process.tcb);
    uint32_t index = (uint32_t)handle;
    uint64_t value;

    (void)state;
    cspace->slot[index].generation = UINT32_MAX;
    handle = UINT64_C(0xffffffff) << 32 | index;
    uint32_t free = pool_left(&cspace->pool);
    expect_equal(OBJECT(process.tcb, handle, SG_RELEASE, NULL, 0), SG_OK);
    expect_equal(pool_left(&cspace->pool), free);
    expect_equal(OBJECT(process.tcb, handle, SG_INFO, NULL, 0), SG_BAD_HANDLE);
    expect_equal(OBJECT(process.tcb, UINT64_C(1) << 32 | index, SG_INFO, NULL, 0), SG_BAD_HANDLE);
    expect_equal(OBJECT(fixture.init, process.cspace, SG_CSPACE_READ, &value, index, SG_SLOT_TYPE),
                 SG_OK);
    expect_equal((uint8_t)value, SG_TYPE_NONE);
}

static void reads_and_deletes_slots(void **state)
{
    struct process process = fixture_process(0);
    uint64_t object = fixture_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    uint64_t handle = fixture_give(&process, object, SG_BIT(SG_INFO));
    uint64_t value;

    (void)state;
    expect_equal(OBJECT(fixture.init, process.cspace, SG_CSPACE_READ, &value, (uint32_t)handle,
                        SG_SLOT_TYPE),
                 SG_OK);
    expect_equal(value, SG_TYPE_NOTIFICATION | handle >> 32 << 32);
    expect_equal(OBJECT(fixture.init, process.cspace, SG_CSPACE_READ, &value, (uint32_t)handle,
                        SG_SLOT_RIGHTS),
                 SG_OK);
    expect_equal(value, SG_BIT(SG_INFO) | SG_BIT(SG_RELEASE));
    expect_equal(OBJECT(fixture.init, process.cspace, SG_CSPACE_READ, &value, (uint32_t)handle,
                        SG_SLOT_LIVE),
                 SG_OK);
    expect_equal(value, 1);
    expect_equal(OBJECT(fixture.init, process.cspace, SG_CSPACE_READ, &value, (uint32_t)handle,
                        SG_SLOT_BADGE),
                 SG_OK);
    expect_equal(value, 0);
    expect_equal(fixture_destroy(object), SG_OK);
    expect_equal(OBJECT(fixture.init, process.cspace, SG_CSPACE_READ, &value, (uint32_t)handle,
                        SG_SLOT_LIVE),
                 SG_OK);
    expect_equal(value, 0);
    expect_equal(OBJECT(fixture.init, process.cspace, SG_CSPACE_DELETE, NULL, handle), SG_OK);
    expect_equal(OBJECT(fixture.init, process.cspace, SG_CSPACE_DELETE, NULL, handle),
                 SG_BAD_HANDLE);
    expect_equal(OBJECT(fixture.init, process.cspace, SG_CSPACE_READ, &value, (uint32_t)handle,
                        SG_SLOT_TYPE),
                 SG_OK);
    expect_equal((uint8_t)value, SG_TYPE_NONE);
    expect_equal(OBJECT(fixture.init, process.cspace, SG_CSPACE_READ, NULL, 64, SG_SLOT_TYPE),
                 SG_BAD_ARGUMENT);
    expect_equal(
        OBJECT(fixture.init, process.cspace, SG_CSPACE_READ, NULL, UINT64_C(1) << 32, SG_SLOT_TYPE),
        SG_BAD_ARGUMENT);
    expect_equal(OBJECT(fixture.init, process.cspace, SG_CSPACE_READ, NULL, 0, SG_SLOT_LIVE + 1),
                 SG_BAD_ARGUMENT);
    expect_equal(info(process.cspace, SG_INFO_COUNT), 64);
    expect_equal(info(process.cspace, SG_INFO_FREE), 64);
    expect_equal(OBJECT(fixture.init, process.cspace, 20, NULL, 0), SG_BAD_OPERATION);
}

static void mints_clients(void **state)
{
    uint64_t endpoint = fixture_create(SG_TYPE_ENDPOINT, 0, 0, 0);
    uint64_t client;
    uint64_t copy;

    (void)state;
    expect_equal(OBJECT(fixture.init, endpoint, SG_ENDPOINT_MINT, &client, 1234, SG_RIGHTS_ALL),
                 SG_OK);
    expect_equal(info(client, SG_INFO_TYPE), SG_TYPE_CLIENT);
    expect_equal(info(client, SG_INFO_BADGE), 1234);
    expect_equal(info(client, SG_INFO_RIGHTS), ALL & ~SG_BIT(SG_DESTROY));
    expect_equal(OBJECT(fixture.init, client, SG_DESTROY, NULL, 0), SG_DENIED);
    expect_equal(OBJECT(fixture.init, client, SG_COPY, &copy, SG_RIGHTS_ALL, 0), SG_OK);
    expect_equal(info(copy, SG_INFO_BADGE), 1234);
    /* A method the mask does not have is refused here, not at the server. */
    expect_equal(OBJECT(fixture.init, endpoint, SG_ENDPOINT_MINT, &client, 1, SG_BIT(3)), SG_OK);
    expect_equal(OBJECT(fixture.init, client, 4, NULL, 0), SG_DENIED);
    expect_equal(OBJECT(fixture.init, endpoint, 30, NULL, 0), SG_BAD_OPERATION);
    expect_equal(info(endpoint, SG_INFO_STATE), 0);
    /* A client is not an endpoint: nobody receives with it. */
    expect_equal(
        user_invoke(fixture.init, &(struct operation){.opcode = SG_OP_RECV, .handle = copy}),
        SG_BAD_TYPE);
    expect_equal(fixture_destroy(endpoint), SG_OK);
    expect_equal(OBJECT(fixture.init, copy, SG_INFO, NULL, SG_INFO_BADGE), SG_BAD_HANDLE);
}

static void leases_attenuate_and_revoke(void **state)
{
    uint64_t object = fixture_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    uint64_t lease =
        lease_of(object, SG_BIT(SG_NOTIFICATION_SIGNAL) | SG_BIT(SG_COPY) | SG_BIT(SG_INFO));
    struct process process = fixture_process(0);
    uint64_t derived[3];

    (void)state;
    expect_equal(info(lease, SG_INFO_TYPE), SG_TYPE_LEASE);
    derived[0] = derive(lease, SG_RIGHTS_ALL);
    expect_equal(info(derived[0], SG_INFO_TYPE), SG_TYPE_NOTIFICATION);
    expect_equal(OBJECT(fixture.init, derived[0], SG_COPY, &derived[1], SG_RIGHTS_ALL, 0), SG_OK);
    derived[2] = fixture_give(&process, derived[1], SG_RIGHTS_ALL);
    expect_equal(OBJECT(process.tcb, derived[2], SG_NOTIFICATION_SIGNAL, NULL, 0), SG_OK);
    expect_equal(OBJECT(fixture.init, derived[0], SG_NOTIFICATION_WAIT, NULL, 0), SG_DENIED);
    expect_equal(OBJECT(fixture.init, derived[0], SG_DESTROY, NULL, 0), SG_DENIED);
    /* One step, whoever holds them. */
    expect_equal(OBJECT(fixture.init, lease, SG_DESTROY, NULL, 0), SG_OK);
    expect_equal(OBJECT(fixture.init, derived[0], SG_INFO, NULL, 0), SG_BAD_HANDLE);
    expect_equal(OBJECT(fixture.init, derived[1], SG_INFO, NULL, 0), SG_BAD_HANDLE);
    expect_equal(OBJECT(process.tcb, derived[2], SG_NOTIFICATION_SIGNAL, NULL, 0), SG_BAD_HANDLE);
    expect_equal(OBJECT(fixture.init, object, SG_NOTIFICATION_SIGNAL, NULL, 0), SG_OK);
}

static void leases_nest_to_a_depth(void **state)
{
    uint64_t capability = fixture_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    uint64_t lease[SG_LEASE_DEPTH_MAX];

    (void)state;
    for (uint32_t i = 0; i < SG_LEASE_DEPTH_MAX; i++) {
        lease[i] = lease_of(capability, SG_RIGHTS_ALL);
        capability = derive(lease[i], SG_RIGHTS_ALL);
        expect_equal(OBJECT(fixture.init, capability, SG_NOTIFICATION_SIGNAL, NULL, 0), SG_OK);
    }
    expect_equal(OBJECT(fixture.init, capability, SG_LEASE, NULL, SG_RIGHTS_ALL, fixture.untyped,
                        fixture.next),
                 SG_LIMIT);
    /* Any lease on the way ends it. */
    expect_equal(fixture_destroy(lease[1]), SG_OK);
    expect_equal(OBJECT(fixture.init, capability, SG_NOTIFICATION_SIGNAL, NULL, 0), SG_BAD_HANDLE);
    expect_equal(OBJECT(fixture.init, lease[2], SG_INFO, NULL, 0), SG_OK);
}

/* What is derived can never outlive the lease: leases themselves are not leased. */
static void leases_are_not_leased(void **state)
{
    uint64_t object = fixture_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    uint64_t lease = lease_of(object, SG_RIGHTS_ALL);

    (void)state;
    expect_equal(
        OBJECT(fixture.init, lease, SG_LEASE, NULL, SG_RIGHTS_ALL, fixture.untyped, fixture.next),
        SG_BAD_TYPE);
    expect_equal(OBJECT(fixture.init, lease, 10, NULL, 0), SG_BAD_OPERATION);
    expect_equal(OBJECT(fixture.init, object, SG_LEASE, NULL, SG_RIGHTS_ALL, object, 1),
                 SG_BAD_TYPE);
    expect_equal(OBJECT(fixture.init, object, SG_LEASE, NULL, SG_RIGHTS_ALL, fixture.untyped,
                        UINT64_C(1) << 32),
                 SG_BAD_ARGUMENT);
    expect_equal(OBJECT(fixture.init, object, SG_LEASE, NULL, SG_RIGHTS_ALL, fixture.untyped, 0),
                 SG_NO_FRAMES);
}

/* Destroying through a lease, in steps, and after the lease has gone. */
static void destroys_through_a_lease(void **state)
{
    uint64_t object = fixture_create(SG_TYPE_MEMORY, 100, 0, 0);
    uint64_t lease = lease_of(object, SG_RIGHTS_ALL);
    uint64_t derived = derive(lease, SG_RIGHTS_ALL);

    (void)state;
    expect_equal(OBJECT(fixture.init, derived, SG_DESTROY, NULL, 0), SG_AGAIN);
    expect_equal(OBJECT(fixture.init, object, SG_INFO, NULL, 0), SG_BAD_HANDLE);
    expect_equal(OBJECT(fixture.init, derived, SG_DESTROY, NULL, 0), SG_AGAIN);
    expect_equal(fixture_destroy(lease), SG_OK);
    expect_equal(OBJECT(fixture.init, derived, SG_DESTROY, NULL, 0), SG_BAD_HANDLE);
    expect_equal(fixture_destroy(object), SG_OK);
    /* A handle does not go on with the destruction of what came after its object. */
    uint64_t next =
        fixture_create_in(fixture.untyped, fixture.next - 1 - 101, SG_TYPE_MEMORY, 100, 0, 0);
    expect_equal(OBJECT(fixture.init, next, SG_DESTROY, NULL, 0), SG_AGAIN);
    expect_equal(OBJECT(fixture.init, object, SG_DESTROY, NULL, 0), SG_BAD_HANDLE);
    expect_equal(fixture_destroy(next), SG_OK);
}

/* Going on with a destruction takes the right to begin it. */
static void resumes_with_the_right_only(void **state)
{
    uint64_t object = fixture_create(SG_TYPE_MEMORY, 100, 0, 0);
    uint64_t inner = lease_of(object, SG_RIGHTS_ALL);
    uint64_t outer = lease_of(derive(inner, SG_RIGHTS_ALL), SG_RIGHTS_ALL);
    uint64_t nested = derive(outer, SG_RIGHTS_ALL);
    uint64_t weak;

    (void)state;
    expect_equal(
        OBJECT(fixture.init, object, SG_COPY, &weak, SG_RIGHTS_ALL & ~SG_BIT(SG_DESTROY), 0),
        SG_OK);
    expect_equal(OBJECT(fixture.init, object, SG_DESTROY, NULL, 0), SG_AGAIN);
    expect_equal(OBJECT(fixture.init, weak, SG_DESTROY, NULL, 0), SG_BAD_HANDLE);
    expect_equal(OBJECT(fixture.init, nested, SG_DESTROY, NULL, 0), SG_AGAIN);
    expect_equal(fixture_destroy(inner), SG_OK);
    expect_equal(OBJECT(fixture.init, nested, SG_DESTROY, NULL, 0), SG_BAD_HANDLE);
    expect_equal(fixture_destroy(object), SG_OK);
}

/* Every selector on every type answers or is refused; none of them crashes. */
static void tells_what_it_may(void **state)
{
    struct process process = fixture_process(0);
    uint64_t lease = lease_of(process.thread, SG_RIGHTS_ALL);
    uint64_t endpoint = fixture_create(SG_TYPE_ENDPOINT, 0, 0, 0);
    uint64_t notification = fixture_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    uint64_t memory = fixture_create(SG_TYPE_MEMORY, 3, 0, 0);
    const uint64_t all[] = {process.untyped,
                            process.cspace,
                            lease,
                            memory,
                            process.aspace,
                            process.thread,
                            process.sched,
                            sg_handle_word(fixture.info->cpu[0]),
                            process.ring,
                            endpoint,
                            notification,
                            sg_handle_word(fixture.info->ioport),
                            sg_handle_word(fixture.info->irq_control)};

    (void)state;
    for (uint32_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        for (uint64_t selector = 0; selector < 16; selector++) {
            int status = OBJECT(fixture.init, all[i], SG_INFO, NULL, selector);

            assert_true(status == SG_OK || status == SG_BAD_ARGUMENT);
        }
        expect_equal(OBJECT(fixture.init, all[i], SG_INFO, NULL, UINT64_C(1) << 32),
                     SG_BAD_ARGUMENT);
        for (uint32_t method = 6; method < SG_GENERIC_FIRST; method++)
            expect_equal(OBJECT(fixture.init, all[i], method, NULL, 0), SG_BAD_OPERATION);
    }
    expect_equal(info(memory, SG_INFO_PAGES), 3);
    expect_equal(info(process.ring, SG_INFO_COUNT), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KERNEL_TEST(copies_with_fewer_rights),    KERNEL_TEST(moves_between_cspaces),
        KERNEL_TEST(stale_handles_stay_stale),    KERNEL_TEST(retires_slots),
        KERNEL_TEST(reads_and_deletes_slots),     KERNEL_TEST(mints_clients),
        KERNEL_TEST(leases_attenuate_and_revoke), KERNEL_TEST(leases_nest_to_a_depth),
        KERNEL_TEST(leases_are_not_leased),       KERNEL_TEST(destroys_through_a_lease),
        KERNEL_TEST(resumes_with_the_right_only), KERNEL_TEST(tells_what_it_may),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
