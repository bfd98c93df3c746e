/* SPDX-License-Identifier: BSD-2-Clause */
/* The event ring: what is recorded always, what only when somebody chose it, and that the oldest goes. */
#include "abi/event.h"
#include "ipc.h"

#define ALL (SG_EVENTS_ALL & ~SG_EVENTS_ALWAYS)

/* Events of the ring, as a reader sees them. */
struct reader {
    uint32_t next;
};

static const struct sg_event_ring *ring(void)
{
    return machine.events;
}

static const struct sg_event *event_at(uint32_t sequence)
{
    const uint8_t *bytes = (const uint8_t *)ring() + SG_EVENTS_AT;

    return (const struct sg_event *)bytes + sequence % SG_EVENT_PLACES;
}

static struct reader from_now(void)
{
    return (struct reader){ring()->next};
}

/* The next event of a kind; fails the test when there is none. */
static const struct sg_event *expect_event(struct reader *reader, enum sg_event_kind kind)
{
    while (reader->next != ring()->next) {
        const struct sg_event *event = event_at(reader->next);

        assert_int_equal(event->sequence, reader->next);
        reader->next++;
        if (event->kind == kind)
            return event;
    }
    fail_msg("found no event of kind %d", (int)kind);
    return NULL;
}

static void expect_none(const struct reader *reader)
{
    assert_int_equal(reader->next, ring()->next);
}

static void choose(uint64_t mask)
{
    uint64_t cpu = sg_handle_word(fixture.info->cpu[0]);

    expect_equal(OBJECT(fixture.init, cpu, SG_CPU_RECORD, NULL, mask), SG_OK);
}

static uint64_t make_irq(void)
{
    return fixture_create(SG_TYPE_IRQ, sg_handle_word(fixture.info->irq_control), 4, SG_IRQ_EDGE);
}

/* Created, given, given up, destroyed: a device's way is in the ring although nobody asked. */
static void audits_devices(void **state)
{
    struct process driver = fixture_process(0);
    uint32_t cspace = fixture_object(fixture.init, driver.cspace);
    struct reader reader = from_now();
    uint64_t irq = make_irq();
    uint32_t object = fixture_object(fixture.init, irq);

    (void)state;
    const struct sg_event *made = expect_event(&reader, SG_EVENT_ACQUIRE);
    expect_equal(made->object, object);
    expect_equal(made->value >> 32, SG_TYPE_IRQ);
    uint64_t given = fixture_give(&driver, irq, SG_RIGHTS_ALL);
    const struct sg_event *got = expect_event(&reader, SG_EVENT_ACQUIRE);
    expect_equal(got->object, object);
    expect_equal((uint32_t)got->value, cspace);
    expect_none(&reader);
    expect_equal(OBJECT(driver.tcb, given, SG_RELEASE, NULL, 0), SG_OK);
    const struct sg_event *left = expect_event(&reader, SG_EVENT_RELEASE);
    expect_equal(left->object, object);
    expect_equal((uint32_t)left->value, cspace);
    expect_equal(left->thread, arch_pointer_frame(driver.tcb));
    expect_equal(fixture_destroy(irq), SG_OK);
    expect_equal(expect_event(&reader, SG_EVENT_REVOKE)->object, object);
    expect_none(&reader);
}

/* A copy made and given up by the shortest calls there are is seen as well. */
static void audits_short_calls(void **state)
{
    uint64_t irq = make_irq();
    struct reader reader = from_now();
    uint64_t copy;

    (void)state;
    expect_equal(OBJECT(fixture.init, irq, SG_COPY, &copy, SG_RIGHTS_ALL), SG_OK);
    expect_event(&reader, SG_EVENT_ACQUIRE);
    expect_equal(OBJECT(fixture.init, copy, SG_RELEASE, NULL, 0), SG_OK);
    expect_event(&reader, SG_EVENT_RELEASE);
    expect_none(&reader);
}

/* Nothing else is recorded unless somebody chose it. */
static void is_silent_when_off(void **state)
{
    struct talk talk;

    (void)state;
    talk_start(&talk);
    struct reader reader = from_now();
    expect_equal(side_receive(&talk.server), USER_PENDING);
    expect_equal(side_call(&talk.client, 3, "ask", 3), USER_PENDING);
    struct received received = side_result(&talk.server);
    (void)side_reply(&talk.server, received.token, 0, "yes", 3);
    expect_none(&reader);
    choose(0);
    expect_none(&reader);
}

/* A call by registers, which has a short way, is seen from beginning to end while it is recorded, and
   takes its short way again after. */
static void follows_a_call(void **state)
{
    struct talk talk;

    (void)state;
    talk_start(&talk);
    choose(ALL);
    assert_int_equal(talk.client.thread->short_slot_count, 0);
    struct reader reader = from_now();
    expect_equal(side_receive(&talk.server), USER_PENDING);
    expect_equal(side_call(&talk.client, 3, "ask", 3), USER_PENDING);
    const struct sg_event *call = expect_event(&reader, SG_EVENT_CALL);
    expect_equal(call->thread, arch_pointer_frame(talk.client.thread));
    expect_equal(call->value >> 32, 3);
    const struct sg_event *receive = expect_event(&reader, SG_EVENT_RECEIVE);
    expect_equal(receive->object, arch_pointer_frame(talk.server.thread));
    expect_equal((uint32_t)receive->value, (uint32_t)call->value);
    struct received received = side_result(&talk.server);
    (void)side_reply(&talk.server, received.token, 0, "yes", 3);
    const struct sg_event *switched = expect_event(&reader, SG_EVENT_SWITCH);
    expect_equal(switched->thread, arch_pointer_frame(talk.server.thread));
    const struct sg_event *reply = expect_event(&reader, SG_EVENT_REPLY);
    expect_equal((uint32_t)reply->value, (uint32_t)call->value);
    expect_equal(reply->thread, arch_pointer_frame(talk.server.thread));
    assert_true(call->time_ns <= reply->time_ns);
    choose(0);
    expect_equal(side_call(&talk.client, 3, "ask", 3), USER_PENDING);
    assert_int_not_equal(talk.client.thread->short_slot_count, 0);
}

/* A call whose server goes ends in the ring too, with its status. */
static void sees_calls_fail(void **state)
{
    struct talk talk;

    (void)state;
    talk_start(&talk);
    choose(ALL);
    expect_equal(side_call(&talk.client, 1, "ask", 3), USER_PENDING);
    struct reader reader = from_now();
    expect_equal(fixture_destroy(talk.endpoint), SG_OK);
    const struct sg_event *gone = expect_event(&reader, SG_EVENT_DESTROY);
    expect_equal(gone->value, SG_TYPE_ENDPOINT);
    const struct sg_event *end = expect_event(&reader, SG_EVENT_END);
    expect_equal(end->object, arch_pointer_frame(talk.client.thread));
    expect_equal((int32_t)(end->value >> 32), SG_PEER_GONE);
}

/* The ring is written over from its beginning; sequences go on. */
static void forgets_the_oldest(void **state)
{
    uint64_t irq = make_irq();
    uint32_t before = ring()->next;
    uint64_t copy;

    (void)state;
    for (uint32_t i = 0; i < SG_EVENT_PLACES; i++) {
        expect_equal(OBJECT(fixture.init, irq, SG_COPY, &copy, SG_RIGHTS_ALL), SG_OK);
        expect_equal(OBJECT(fixture.init, copy, SG_RELEASE, NULL, 0), SG_OK);
    }
    expect_equal(ring()->next, before + 2 * SG_EVENT_PLACES);
    for (uint32_t i = 1; i <= SG_EVENT_PLACES; i++)
        expect_equal(event_at(ring()->next - i)->sequence, ring()->next - i);
}

static void refuses_unknown_kinds(void **state)
{
    uint64_t cpu = sg_handle_word(fixture.info->cpu[0]);

    (void)state;
    expect_equal(OBJECT(fixture.init, cpu, SG_CPU_RECORD, NULL, 1u << SG_EVENT_COUNT),
                 SG_BAD_ARGUMENT);
    expect_equal(OBJECT(fixture.init, cpu, SG_CPU_RECORD, NULL, 1), SG_BAD_ARGUMENT);
}

/* The memory can be read and passed on, and neither written nor destroyed. */
static void is_read_only(void **state)
{
    uint64_t events = sg_handle_word(fixture.info->events);
    uint64_t rights;

    (void)state;
    expect_equal(OBJECT(fixture.init, events, SG_INFO, &rights, SG_INFO_RIGHTS), SG_OK);
    assert_false(rights & (SG_BIT(SG_MEMORY_WRITE) | SG_BIT(SG_DESTROY)));
    expect_equal(fixture_destroy(events), SG_DENIED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KERNEL_TEST(audits_devices),        KERNEL_TEST(audits_short_calls),
        KERNEL_TEST(is_silent_when_off),    KERNEL_TEST(follows_a_call),
        KERNEL_TEST(sees_calls_fail),       KERNEL_TEST(forgets_the_oldest),
        KERNEL_TEST(refuses_unknown_kinds), KERNEL_TEST(is_read_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
