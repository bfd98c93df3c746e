/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading an event ring that the test writes as the kernel does, also while it is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "signet/event.h"

static union {
    struct sg_event_ring ring;
    uint8_t bytes[SG_EVENT_PAGES * 4096];
} memory;

static struct sg_event *place(uint32_t sequence)
{
    return (struct sg_event *)(memory.bytes + SG_EVENTS_AT) + sequence % SG_EVENT_PLACES;
}

static void write_event(uint64_t value)
{
    uint32_t sequence = memory.ring.next;

    *place(sequence) =
        (struct sg_event){.sequence = sequence, .kind = SG_EVENT_CALL, .value = value};
    memory.ring.next++;
}

static int setup(void **state)
{
    (void)state;
    memset(&memory, 0, sizeof memory);
    return 0;
}

static void reads_in_order(void **state)
{
    struct sg_event_reader reader;
    struct sg_event event;

    (void)state;
    write_event(1);
    write_event(2);
    sg_event_begin(&reader, &memory.ring);
    assert_true(sg_event_next(&reader, &event));
    assert_int_equal(event.value, 1);
    assert_true(sg_event_next(&reader, &event));
    assert_int_equal(event.value, 2);
    assert_false(sg_event_next(&reader, &event));
    write_event(3);
    assert_true(sg_event_next(&reader, &event));
    assert_int_equal(event.value, 3);
    assert_int_equal(reader.lost, 0);
}

static void counts_what_it_missed(void **state)
{
    struct sg_event_reader reader;
    struct sg_event event;

    (void)state;
    sg_event_begin(&reader, &memory.ring);
    for (uint64_t i = 0; i < SG_EVENT_PLACES + 5; i++)
        write_event(i);
    assert_true(sg_event_next(&reader, &event));
    assert_int_equal(event.value, 5);
    assert_int_equal(reader.lost, 5);
}

/* A place that is being written has another sequence, so it is passed by. */
static void passes_by_half_written(void **state)
{
    struct sg_event_reader reader;
    struct sg_event event;

    (void)state;
    write_event(1);
    write_event(2);
    sg_event_begin(&reader, &memory.ring);
    place(0)->sequence = ~0u;
    assert_true(sg_event_next(&reader, &event));
    assert_int_equal(event.value, 2);
    assert_int_equal(reader.lost, 1);
}

static void begins_where_it_is_told(void **state)
{
    struct sg_event_reader reader;
    struct sg_event event;

    (void)state;
    for (uint64_t i = 0; i < 10; i++)
        write_event(i);
    sg_event_begin(&reader, &memory.ring);
    sg_event_last(&reader, 3);
    assert_true(sg_event_next(&reader, &event));
    assert_int_equal(event.value, 7);
    sg_event_last(&reader, 100);
    assert_true(sg_event_next(&reader, &event));
    assert_int_equal(event.value, 0);
}

/* Sequences wrap and go on. */
static void goes_round(void **state)
{
    struct sg_event_reader reader;
    struct sg_event event;

    (void)state;
    memory.ring.next = UINT32_MAX - 1;
    sg_event_begin(&reader, &memory.ring);
    sg_event_last(&reader, 0);
    for (uint64_t i = 0; i < 4; i++)
        write_event(i);
    for (uint64_t i = 0; i < 4; i++) {
        assert_true(sg_event_next(&reader, &event));
        assert_int_equal(event.value, i);
    }
    assert_int_equal(reader.lost, 0);
}

static void names_every_kind(void **state)
{
    (void)state;
    for (uint8_t kind = 0; kind < SG_EVENT_COUNT; kind++)
        assert_non_null(sg_event_name(kind));
    assert_string_equal(sg_event_name(SG_EVENT_REVOKE), "revoke");
    assert_string_equal(sg_event_name(SG_EVENT_COUNT), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(reads_in_order, setup),
        cmocka_unit_test_setup(counts_what_it_missed, setup),
        cmocka_unit_test_setup(passes_by_half_written, setup),
        cmocka_unit_test_setup(begins_where_it_is_told, setup),
        cmocka_unit_test_setup(goes_round, setup),
        cmocka_unit_test(names_every_kind),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
