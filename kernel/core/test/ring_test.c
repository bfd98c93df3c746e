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

    ring_init(&ring, &indices, submission, SUBMISSIONS, completion, COMPLETIONS);
    return ring;
}

static void test_entries_arrive_in_order_past_the_wrap(void **state)
{
    struct ring_queues ring = fresh();

    (void)state;
    ring.submit_head = indices.submit_tail = UINT32_MAX - 2;
    for (uint64_t i = 0; i < 20; i++) {
        uint32_t pending;

        submission[indices.submit_tail % SUBMISSIONS].user_data = i;
        indices.submit_tail++;
        assert_int_equal(ring_pending(&ring, &pending), SG_OK);
        assert_int_equal(pending, 1);
        assert_int_equal(ring_take(&ring)->user_data, i);
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
        assert_int_equal(ring_reserve(&ring), SG_OK);
    assert_int_equal(ring_reserve(&ring), SG_LIMIT);
    for (uint32_t i = 0; i < COMPLETIONS; i++) {
        posted.user_data = 100 + i;
        ring_post(&ring, &posted);
    }
    assert_int_equal(ring_reserve(&ring), SG_LIMIT);
    assert_int_equal(ring_unread(&ring, &unread), SG_OK);
    assert_int_equal(unread, COMPLETIONS);
    for (uint32_t i = 0; i < COMPLETIONS; i++)
        assert_int_equal(completion[i].user_data, 100 + i);
    indices.complete_head = 3;
    assert_int_equal(ring_reserve(&ring), SG_OK);
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
        assert_int_equal(ring_reserve(&ring), SG_OK);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_entries_arrive_in_order_past_the_wrap),
        cmocka_unit_test(test_too_many_submissions_are_refused),
        cmocka_unit_test(test_completions_never_overflow),
        cmocka_unit_test(test_the_user_cannot_read_backwards_or_ahead),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
