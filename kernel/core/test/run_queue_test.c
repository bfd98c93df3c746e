/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/test/unit.h"

#include "core/run_queue.h"

static void test_highest_class_first_in_first_out(void **state)
{
    struct run_queue queue;
    struct link a, b, c;

    (void)state;
    run_queue_init(&queue);
    assert_int_equal(run_queue_class(&queue), CLASS_COUNT);
    run_queue_push(&queue, &a, SG_CLASS_NORMAL);
    run_queue_push(&queue, &b, SG_CLASS_NORMAL);
    run_queue_push(&queue, &c, SG_CLASS_REALTIME);
    assert_int_equal(run_queue_class(&queue), SG_CLASS_REALTIME);
    run_queue_remove(&queue, &c, SG_CLASS_REALTIME);
    assert_int_equal(run_queue_class(&queue), SG_CLASS_NORMAL);
    assert_ptr_equal(queue.class[SG_CLASS_NORMAL].next, &a);
    run_queue_push_front(&queue, &c, SG_CLASS_NORMAL);
    assert_ptr_equal(queue.class[SG_CLASS_NORMAL].next, &c);
    run_queue_remove(&queue, &c, SG_CLASS_NORMAL);
    run_queue_remove(&queue, &a, SG_CLASS_NORMAL);
    assert_int_equal(run_queue_class(&queue), SG_CLASS_NORMAL);
    run_queue_remove(&queue, &b, SG_CLASS_NORMAL);
    assert_int_equal(run_queue_class(&queue), CLASS_COUNT);
}

static void test_every_class_is_found(void **state)
{
    struct run_queue queue;
    struct link entry[CLASS_COUNT];

    (void)state;
    run_queue_init(&queue);
    for (uint32_t i = 0; i < CLASS_COUNT; i++) {
        run_queue_push(&queue, &entry[i], i);
        assert_int_equal(run_queue_class(&queue), i);
    }
    for (uint32_t i = CLASS_COUNT; i-- > 0;) {
        assert_int_equal(run_queue_class(&queue), i);
        run_queue_remove(&queue, &entry[i], i);
    }
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
        cmocka_unit_test(test_highest_class_first_in_first_out),
        cmocka_unit_test(test_every_class_is_found),
        cmocka_unit_test(test_lists_close_around_what_leaves),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
