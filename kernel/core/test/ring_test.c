/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/test/unit.h"

#include "core/ring.h"

#define SUBMISSIONS 4u
#define COMPLETIONS 8u

static struct sg_ring_indices indices;
static struct sg_submission submission[SUBMISSIONS];
static struct sg_completion completion[COMPLETIONS];

static struct ring_queues fresh(void)
{
    struct ring_queues ring;

    indices = (struct sg_ring_indices){0};
    ring_init(&ring, &indices, submission, SUBMISSIONS, completion, COMPLETIONS);
    return ring;
}

/* Reserves a completion as an entry does that is carried out: there is room, and the entry is taken. */
static enum sg_status reserve(struct ring_queues *ring)
{
    struct ring_run run;
    enum sg_status status = ring_next(ring, 1, &run);

    if (status == SG_OK)
        ring_take(ring);
    return status;
}

static void test_entries_arrive_in_order_past_the_wrap(void **state)
{
    struct ring_queues ring = fresh();
    struct ring_run run;

    (void)state;
    ring.submit_head = indices.submit_tail = UINT32_MAX - 2;
    for (uint64_t i = 0; i < 20; i++) {
        uint32_t pending;

        submission[indices.submit_tail % SUBMISSIONS].user_data = i;
        indices.submit_tail++;
        assert_int_equal(ring_pending(&ring, &pending), SG_OK);
        assert_int_equal(pending, 1);
        assert_int_equal(ring_next(&ring, 1, &run), SG_OK);
        assert_int_equal(run.count, 1);
        assert_int_equal(run.submission->user_data, i);
        ring_take(&ring);
        ring_post(&ring, &(struct sg_completion){.user_data = i});
        indices.complete_head++;
        ring_publish(&ring);
        assert_int_equal(indices.submit_head, indices.submit_tail);
    }
}

static void test_too_many_submissions_are_refused(void **state)
{
    struct ring_queues ring = fresh();
    uint32_t pending = 77;

    (void)state;
    indices.submit_tail = SUBMISSIONS;
    assert_int_equal(ring_pending(&ring, &pending), SG_OK);
    assert_int_equal(pending, SUBMISSIONS);
    indices.submit_tail = SUBMISSIONS + 1;
    assert_int_equal(ring_pending(&ring, &pending), SG_BAD_RING);
    indices.submit_tail = UINT32_MAX;
    assert_int_equal(ring_pending(&ring, &pending), SG_BAD_RING);
    assert_int_equal(pending, SUBMISSIONS);
}

static void test_completions_never_overflow(void **state)
{
    struct ring_queues ring = fresh();
    struct sg_completion posted = {.user_data = 0};
    uint32_t unread;

    (void)state;
    for (uint32_t i = 0; i < COMPLETIONS; i++)
        assert_int_equal(reserve(&ring), SG_OK);
    assert_int_equal(reserve(&ring), SG_LIMIT);
    for (uint32_t i = 0; i < COMPLETIONS; i++) {
        posted.user_data = 100 + i;
        ring_post(&ring, &posted);
    }
    assert_int_equal(reserve(&ring), SG_LIMIT);
    assert_int_equal(ring_unread(&ring, &unread), SG_OK);
    assert_int_equal(unread, COMPLETIONS);
    for (uint32_t i = 0; i < COMPLETIONS; i++)
        assert_int_equal(completion[i].user_data, 100 + i);
    indices.complete_head = 3;
    assert_int_equal(reserve(&ring), SG_OK);
    assert_int_equal(ring_unread(&ring, &unread), SG_OK);
    assert_int_equal(unread, COMPLETIONS - 3);
}

static void test_the_user_cannot_read_backwards_or_ahead(void **state)
{
    struct ring_queues ring = fresh();
    struct sg_completion posted = {.user_data = 0};
    uint32_t unread = 77;

    (void)state;
    for (uint32_t i = 0; i < 5; i++) {
        assert_int_equal(reserve(&ring), SG_OK);
        ring_post(&ring, &posted);
    }
    indices.complete_head = 4;
    assert_int_equal(ring_unread(&ring, &unread), SG_OK);
    indices.complete_head = 3;
    assert_int_equal(ring_unread(&ring, &unread), SG_BAD_RING);
    indices.complete_head = 6;
    assert_int_equal(ring_unread(&ring, &unread), SG_BAD_RING);
    assert_int_equal(unread, 1);
    indices.complete_head = 5;
    assert_int_equal(ring_unread(&ring, &unread), SG_OK);
    assert_int_equal(unread, 0);
}

/* Queues of 4 and 8 whose indices stand at `submit` and `complete`, with so many completions not read. */
static struct ring_queues standing(uint32_t submit, uint32_t complete, uint32_t unread)
{
    struct ring_queues ring = fresh();

    ring.submit_head = submit;
    ring.complete_tail = complete;
    ring.complete_head = indices.complete_head = complete - unread;
    return ring;
}

static void test_a_run_ends_where_places_do(void **state)
{
    static const struct {
        uint32_t submit, complete, unread, in_flight, wanted, count;
    } runs[] = {
        {0, 0, 0, 0, 4, 4},
        {0, 0, 0, 0, 3, 3}, /* so many were wanted */
        {2, 0, 0, 0, 4, 2}, /* the submissions begin again */
        {0, 7, 0, 0, 4, 1}, /* the completions do */
        {0, 0, 4, 1, 4, 3}, /* no room for more */
        {UINT32_MAX, UINT32_MAX, 0, 0, 4, 1},
        {0, UINT32_MAX - 1, 6, 0, 4, 2},
    };

    (void)state;
    for (uint32_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
        struct ring_queues ring = standing(runs[i].submit, runs[i].complete, runs[i].unread);
        struct ring_run run;

        ring.in_flight = runs[i].in_flight;
        assert_int_equal(ring_next(&ring, runs[i].wanted, &run), SG_OK);
        assert_int_equal(run.count, runs[i].count);
        assert_ptr_equal(run.submission, &submission[runs[i].submit % SUBMISSIONS]);
        assert_ptr_equal(ring_place(&ring), &completion[runs[i].complete % COMPLETIONS]);
        ring_answered(&ring, run.count);
        assert_int_equal(ring.submit_head, runs[i].submit + run.count);
        assert_int_equal(ring.complete_tail, runs[i].complete + run.count);
    }
}

static void test_room_is_looked_for_when_there_is_none(void **state)
{
    struct ring_queues ring = standing(0, 20, 8);
    struct ring_run run;

    (void)state;
    assert_int_equal(ring_next(&ring, 4, &run), SG_LIMIT);
    indices.complete_head = 11;
    assert_int_equal(ring_next(&ring, 4, &run), SG_BAD_RING);
    indices.complete_head = 15;
    assert_int_equal(ring_next(&ring, 4, &run), SG_OK);
    assert_int_equal(run.count, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_entries_arrive_in_order_past_the_wrap),
        cmocka_unit_test(test_too_many_submissions_are_refused),
        cmocka_unit_test(test_completions_never_overflow),
        cmocka_unit_test(test_the_user_cannot_read_backwards_or_ahead),
        cmocka_unit_test(test_a_run_ends_where_places_do),
        cmocka_unit_test(test_room_is_looked_for_when_there_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
