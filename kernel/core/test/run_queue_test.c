/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/test/unit.h"

#include "core/run_queue.h"

static void push(struct turns *turns, struct link *link, uint64_t turn)
{
    turns_push(turns, link, turns_place(turns, turn));
}

static void test_the_highest_class_goes_first(void **state)
{
    struct run_queue queue;
    struct link entry[CLASS_COUNT];

    (void)state;
    run_queue_init(&queue);
    assert_int_equal(run_queue_class(&queue), CLASS_COUNT);
    for (uint32_t i = 0; i < CLASS_COUNT; i++) {
        push(&queue.class[i], &entry[i], 3);
        assert_int_equal(run_queue_class(&queue), i);
    }
    for (uint32_t i = CLASS_COUNT; i-- > 0;) {
        assert_int_equal(run_queue_class(&queue), i);
        turns_remove(&queue.class[i], &entry[i]);
    }
    assert_int_equal(run_queue_class(&queue), CLASS_COUNT);
}

static void test_turns_in_order_and_first_in_first_out_in_each(void **state)
{
    struct run_queue queue;
    struct turns *turns = &queue.class[SG_CLASS_NORMAL];
    struct link entry[6];
    static const uint64_t turn[6] = {7, 2, 7, 0, 15, 2};
    static const uint32_t order[6] = {3, 1, 5, 0, 2, 4};

    (void)state;
    run_queue_init(&queue);
    for (uint32_t i = 0; i < 6; i++)
        push(turns, &entry[i], turn[i]);
    assert_int_equal(turns->count, 6);
    for (uint32_t i = 0; i < 6; i++) {
        assert_ptr_equal(turns_first(turns), &entry[order[i]]);
        assert_int_equal(turns->now, turn[order[i]]);
        turns_remove(turns, &entry[order[i]]);
    }
    assert_int_equal(turns->count, 0);
}

/* Too far ahead waits in the last turn there is, behind in the first; the window moves on. */
static void test_beyond_the_window(void **state)
{
    struct run_queue queue;
    struct turns *turns = &queue.class[0];
    struct link far, behind, front, next;

    (void)state;
    run_queue_init(&queue);
    turns->now = 1000003;
    assert_int_equal(turns_place(turns, 0), 1000003 % TURNS);
    assert_int_equal(turns_place(turns, 1000003 + TURNS), (1000003 + TURNS - 1) % TURNS);
    assert_int_equal(turns_place(turns, UINT64_MAX), (1000003 + TURNS - 1) % TURNS);
    push(turns, &far, UINT64_MAX);
    push(turns, &behind, 5);
    turns_push_front(turns, &front, turns_place(turns, 1000003));
    assert_ptr_equal(turns_first(turns), &front);
    turns_remove(turns, &front);
    assert_ptr_equal(turns_first(turns), &behind);
    turns_remove(turns, &behind);
    assert_ptr_equal(turns_first(turns), &far);
    assert_int_equal(turns->now, 1000003 + TURNS - 1);
    push(turns, &next, 1000003 + TURNS);
    turns_remove(turns, &far);
    assert_ptr_equal(turns_first(turns), &next);
    assert_int_equal(turns->now, 1000003 + TURNS);
}

static void test_lists_close_around_what_leaves(void **state)
{
    struct link head, entry[3];

    (void)state;
    list_init(&head);
    assert_true(list_is_empty(&head));
    for (int i = 0; i < 3; i++)
        list_push(&head, &entry[i]);
    list_remove(&entry[1]);
    list_remove(&entry[1]);
    assert_ptr_equal(head.next, &entry[0]);
    assert_ptr_equal(entry[0].next, &entry[2]);
    assert_ptr_equal(head.prev, &entry[2]);
    list_remove(&entry[0]);
    list_remove(&entry[2]);
    assert_true(list_is_empty(&head));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_highest_class_goes_first),
        cmocka_unit_test(test_turns_in_order_and_first_in_first_out_in_each),
        cmocka_unit_test(test_beyond_the_window),
        cmocka_unit_test(test_lists_close_around_what_leaves),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
