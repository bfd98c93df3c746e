/* SPDX-License-Identifier: BSD-2-Clause */
/* Both ends of a queue in one thread, and ends whose other side writes what it likes. */
#include "abi/object.h"
#include "core/test/unit.h"
#include "signet/object.h"
#include "signet/queue.h"

#define PLACES 8u
#define PLACE_BYTES 24u
#define NEARLY_WRAPPED 0xfffffffau

static const struct sg_queue_geometry geometry = {PLACE_BYTES, PLACES};

/* The whole of the memory two ends share, with a margin nothing may touch. */
static struct {
    uint8_t below[64];
    _Alignas(64) uint8_t memory[SG_QUEUE_PLACES_AT + PLACES * PLACE_BYTES];
    uint8_t above[64];
} shared;

static struct sg_queue producer, consumer;
static const struct sg_handle filled = {1, 1}, drained = {2, 1};
static uint32_t filled_count, drained_count;
static void (*on_wait)(void);

static uint32_t *counter(struct sg_handle bell)
{
    return bell.index == filled.index ? &filled_count : &drained_count;
}

enum sg_status sg_notification_signal(struct sg_handle bell)
{
    ++*counter(bell);
    return SG_OK;
}

enum sg_status sg_notification_wait(struct sg_handle bell, uint64_t deadline_ns, uint64_t *count)
{
    (void)deadline_ns;
    if (*counter(bell) == 0 && on_wait != NULL)
        on_wait();
    *count = *counter(bell);
    *counter(bell) = 0;
    return *count != 0 ? SG_OK : SG_TIMED_OUT;
}

static struct sg_queue_indices *indices(void)
{
    return (struct sg_queue_indices *)shared.memory;
}

static void begin(uint32_t first_index)
{
    memset(&shared, 0, sizeof shared);
    filled_count = drained_count = 0;
    on_wait = NULL;
    assert_int_equal(sg_queue_open_at(&producer, SG_QUEUE_PRODUCER, shared.memory, geometry),
                     SG_OK);
    assert_int_equal(sg_queue_open_at(&consumer, SG_QUEUE_CONSUMER, shared.memory, geometry),
                     SG_OK);
    producer.ring_bell = consumer.wait_bell = filled;
    producer.wait_bell = consumer.ring_bell = drained;
    producer.index = producer.seen = consumer.index = consumer.seen = first_index;
    indices()->producer.index = indices()->consumer.index = first_index;
    indices()->producer.wake = indices()->consumer.wake = first_index;
}

static uint32_t available(struct sg_queue *queue)
{
    uint32_t count = UINT32_MAX;

    assert_int_equal(sg_queue_available(queue, &count), SG_OK);
    return count;
}

static void put(uint64_t value)
{
    assert_int_equal(sg_queue_send(&producer, &value, sizeof value, 0), SG_OK);
}

static void expect(uint64_t value)
{
    uint64_t found = 0;
    uint32_t length = 0;

    assert_int_equal(sg_queue_receive(&consumer, &found, sizeof found, &length, 0), SG_OK);
    assert_int_equal(length, sizeof found);
    assert_int_equal(found, value);
}

static void refuses_geometry(void **state)
{
    const struct sg_queue_geometry wrong[] = {
        {0, 8},     {12, 8},  {8, 0},         {8, 3},
        {8, 512},   {8, 257}, {1 << 20, 256}, {UINT32_MAX - 7, 256},
        {8192, 256}};
    struct sg_queue queue;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(sg_queue_pages(wrong[i]), 0);
        assert_int_equal(sg_queue_open_at(&queue, SG_QUEUE_PRODUCER, shared.memory, wrong[i]),
                         SG_BAD_ARGUMENT);
    }
    assert_int_equal(sg_queue_pages((struct sg_queue_geometry){8, 1}), 1);
    assert_int_equal(sg_queue_pages((struct sg_queue_geometry){4096, 1}), 2);
    assert_int_equal(sg_queue_pages((struct sg_queue_geometry){8184, 256}), 512);
}

static void keeps_order_over_the_wrap(void **state)
{
    (void)state;
    begin(NEARLY_WRAPPED);
    for (uint64_t round = 0; round < 10; round++) {
        for (uint64_t i = 0; i < PLACES; i++)
            put(round * PLACES + i);
        assert_int_equal(available(&producer), 0);
        assert_int_equal(available(&consumer), PLACES);
        for (uint64_t i = 0; i < PLACES; i++)
            expect(round * PLACES + i);
        assert_int_equal(available(&consumer), 0);
        assert_int_equal(available(&producer), PLACES);
    }
}

static void hands_over_batches(void **state)
{
    (void)state;
    begin(NEARLY_WRAPPED);
    for (uint32_t i = 0; i < 5; i++)
        memset(sg_queue_at(&producer, i), 'a' + (int)i, PLACE_BYTES);
    assert_int_equal(available(&consumer), 0);
    assert_int_equal(sg_queue_advance(&producer, 5), SG_OK);
    assert_int_equal(available(&consumer), 5);
    for (uint32_t i = 0; i < 5; i++)
        assert_int_equal(*(uint8_t *)sg_queue_at(&consumer, i), 'a' + (int)i);
    assert_int_equal(sg_queue_advance(&consumer, 6), SG_BAD_ARGUMENT);
    assert_int_equal(sg_queue_advance(&consumer, 5), SG_OK);
    assert_int_equal(sg_queue_advance(&producer, 4), SG_BAD_ARGUMENT); /* not looked at since */
    assert_int_equal(available(&producer), PLACES);
}

static void writes_and_reads_many(void **state)
{
    uint8_t sent[PLACES + 2][PLACE_BYTES], found[PLACES + 2][PLACE_BYTES];
    uint32_t count, next_sent = 0, next_found = 0;

    (void)state;
    begin(NEARLY_WRAPPED);
    for (uint32_t round = 0; round < 100; round++) {
        uint32_t wanted = round * 7 % (PLACES + 3);
        for (uint32_t i = 0; i < wanted; i++)
            memset(sent[i], (int)(next_sent + i), PLACE_BYTES);
        uint32_t room = available(&producer);
        assert_int_equal(sg_queue_write(&producer, sent, wanted, &count), SG_OK);
        assert_int_equal(count, wanted < room ? wanted : room);
        next_sent += count;
        wanted = round * 5 % (PLACES + 3);
        memset(found, 0xee, sizeof found);
        assert_int_equal(sg_queue_read(&consumer, found, wanted, &count), SG_OK);
        for (uint32_t i = 0; i < count; i++, next_found++) {
            assert_int_equal(found[i][0], (uint8_t)next_found);
            assert_int_equal(found[i][PLACE_BYTES - 1], (uint8_t)next_found);
        }
        assert_int_equal(found[count % (PLACES + 2)][0], 0xee);
    }
    assert_true(next_found > 200 && next_found <= next_sent);
    indices()->producer.index = consumer.index + PLACES + 1;
    assert_int_equal(sg_queue_read(&consumer, found, 1, &count), SG_BAD_RING);
}

static void rings_only_who_sleeps(void **state)
{
    uint32_t count;

    (void)state;
    begin(NEARLY_WRAPPED);
    put(1);
    assert_int_equal(filled_count, 0);
    expect(1);
    assert_int_equal(drained_count, 0);
    assert_int_equal(sg_queue_arm(&consumer, 1, &count), SG_OK);
    assert_int_equal(count, 0);
    put(2); /* empty to nonempty */
    assert_int_equal(filled_count, 1);
    put(3);
    put(4);
    assert_int_equal(filled_count, 1);
    assert_int_equal(producer.rings, 1);
}

static void rings_when_enough_is_there(void **state)
{
    uint32_t count;

    (void)state;
    begin(NEARLY_WRAPPED);
    put(0);
    assert_int_equal(sg_queue_arm(&consumer, 4, &count), SG_OK);
    assert_int_equal(count, 1);
    put(1);
    put(2);
    assert_int_equal(filled_count, 0);
    put(3);
    assert_int_equal(filled_count, 1);
    for (uint64_t i = 4; i < PLACES; i++)
        put(i);
    assert_int_equal(sg_queue_arm(&producer, 3, &count), SG_OK);
    assert_int_equal(count, 0);
    expect(0);
    expect(1);
    assert_int_equal(drained_count, 0);
    expect(2); /* full to three free */
    assert_int_equal(drained_count, 1);
    expect(3);
    assert_int_equal(drained_count, 1);
    assert_int_equal(sg_queue_arm(&producer, 0, &count), SG_BAD_ARGUMENT);
    assert_int_equal(sg_queue_arm(&producer, PLACES + 1, &count), SG_BAD_ARGUMENT);
}

static void put_three(void)
{
    on_wait = NULL;
    put(7);
    put(8);
    put(9);
}

static void sleeps_until_it_is_rung(void **state)
{
    (void)state;
    begin(0);
    on_wait = put_three;
    expect(7);
    assert_int_equal(consumer.waits, 1);
    expect(8);
    expect(9);
    assert_int_equal(consumer.waits, 1);
    assert_int_equal(sg_queue_wait(&consumer, 1, 5), SG_TIMED_OUT);
    filled_count = 1; /* rung for nothing: it looks again, and goes on sleeping */
    assert_int_equal(sg_queue_wait(&consumer, 1, 5), SG_TIMED_OUT);
}

/* Whatever index the other end writes, an end counts no more places than there are. */
static void refuses_false_indices(void **state)
{
    const uint32_t wrong[] = {PLACES + 1, PLACES + 100, 0x80000000u, UINT32_MAX,
                              UINT32_MAX - PLACES};
    uint32_t count = 77;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        begin(NEARLY_WRAPPED);
        indices()->producer.index = NEARLY_WRAPPED + wrong[i];
        assert_int_equal(sg_queue_available(&consumer, &count), SG_BAD_RING);
        assert_int_equal(sg_queue_wait(&consumer, 1, 5), SG_BAD_RING);
        indices()->consumer.index = NEARLY_WRAPPED + wrong[i];
        assert_int_equal(sg_queue_available(&producer, &count), SG_BAD_RING);
        assert_int_equal(count, 77);
        assert_int_equal(consumer.index, NEARLY_WRAPPED);
        assert_int_equal(consumer.seen, NEARLY_WRAPPED);
    }
}

static void refuses_indices_that_go_back(void **state)
{
    uint32_t count;

    (void)state;
    begin(100);
    put(1);
    put(2);
    assert_int_equal(available(&consumer), 2);
    indices()->producer.index = 101;
    assert_int_equal(sg_queue_available(&consumer, &count), SG_BAD_RING);
    indices()->producer.index = 102;
    expect(1);
    expect(2);
    assert_int_equal(available(&producer), PLACES);
    indices()->consumer.index = 101;
    assert_int_equal(sg_queue_available(&producer, &count), SG_BAD_RING);
    indices()->consumer.index = 103; /* past what was ever put */
    assert_int_equal(sg_queue_available(&producer, &count), SG_BAD_RING);
}

/* What the other end writes over this end's own line is not believed either. */
static void believes_its_own_index(void **state)
{
    (void)state;
    begin(0);
    put(1);
    indices()->producer.index = 1000;
    put(2);
    assert_int_equal(indices()->producer.index, 2);
    expect(1);
    indices()->consumer.index = 5000;
    expect(2);
    assert_int_equal(indices()->consumer.index, 2);
}

static void refuses_false_lengths(void **state)
{
    const uint32_t wrong[] = {PLACE_BYTES - SG_QUEUE_LENGTH_BYTES + 1, PLACE_BYTES, 0x80000000u,
                              UINT32_MAX};
    uint8_t message[PLACE_BYTES];
    uint32_t length = 77;

    (void)state;
    begin(NEARLY_WRAPPED);
    put(1);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        memcpy(sg_queue_at(&consumer, 0), &wrong[i], sizeof wrong[i]);
        assert_int_equal(sg_queue_receive(&consumer, message, sizeof message, &length, 0),
                         SG_BAD_RING);
        assert_int_equal(length, 77);
        assert_int_equal(available(&consumer), 1);
    }
}

static void says_what_does_not_fit(void **state)
{
    uint8_t message[PLACE_BYTES] = {0};
    uint32_t length = 77;

    (void)state;
    begin(0);
    assert_int_equal(sg_queue_send(&producer, message, PLACE_BYTES - SG_QUEUE_LENGTH_BYTES + 1, 0),
                     SG_TOO_BIG);
    assert_int_equal(available(&consumer), 0);
    assert_int_equal(sg_queue_send(&producer, message, PLACE_BYTES - SG_QUEUE_LENGTH_BYTES, 0),
                     SG_OK);
    assert_int_equal(sg_queue_receive(&consumer, message, 4, &length, 0), SG_TOO_BIG);
    assert_int_equal(length, 77);
    assert_int_equal(sg_queue_receive(&consumer, message, sizeof message, &length, 0), SG_OK);
    assert_int_equal(length, PLACE_BYTES - SG_QUEUE_LENGTH_BYTES);
    assert_int_equal(sg_queue_send(&producer, NULL, 0, 0), SG_OK);
    assert_int_equal(sg_queue_receive(&consumer, NULL, 0, &length, 0), SG_OK);
    assert_int_equal(length, 0);
}

/* A peer that writes anything anywhere in the memory, for a long time: the sanitizers look on. */
static void survives_any_peer(void **state)
{
    uint64_t seed = 1;
    uint8_t message[PLACE_BYTES];
    uint32_t refused = 0, taken = 0;

    (void)state;
    begin(NEARLY_WRAPPED);
    for (uint32_t i = 0; i < 200000; i++) {
        uint32_t length;
        uint32_t *word = (uint32_t *)shared.memory + random_below(&seed, sizeof shared.memory / 4);
        *word = random_below(&seed, 4) ? random_below(&seed, 32) : random_below(&seed, UINT32_MAX);
        if (random_below(&seed, 2))
            indices()->producer.index = consumer.index + random_below(&seed, PLACES + 2);
        switch (sg_queue_receive(&consumer, message, sizeof message, &length, 0)) {
        case SG_OK:
            assert_true(length <= PLACE_BYTES - SG_QUEUE_LENGTH_BYTES);
            taken++;
            break;
        case SG_BAD_RING:
            refused++;
            break;
        default:
            break;
        }
        uint32_t seen = index_lead(consumer.seen, consumer.index);
        assert_true(seen <= PLACES);
    }
    assert_true(taken > 1000 && refused > 1000);
    for (size_t i = 0; i < sizeof shared.below; i++)
        assert_int_equal(shared.below[i] | shared.above[i], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_geometry),
        cmocka_unit_test(keeps_order_over_the_wrap),
        cmocka_unit_test(hands_over_batches),
        cmocka_unit_test(writes_and_reads_many),
        cmocka_unit_test(rings_only_who_sleeps),
        cmocka_unit_test(rings_when_enough_is_there),
        cmocka_unit_test(sleeps_until_it_is_rung),
        cmocka_unit_test(refuses_false_indices),
        cmocka_unit_test(refuses_indices_that_go_back),
        cmocka_unit_test(believes_its_own_index),
        cmocka_unit_test(refuses_false_lengths),
        cmocka_unit_test(says_what_does_not_fit),
        cmocka_unit_test(survives_any_peer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
