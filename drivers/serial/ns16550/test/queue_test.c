/* SPDX-License-Identifier: BSD-2-Clause */
/* The queue against a naive model, with lengths that wrap it at every place. */
#include "queue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct queue queue;

static void a_full_queue_takes_no_more(void **state)
{
    uint8_t bytes[QUEUE_BYTES + 1] = {1, 2, 3}, back[4];

    (void)state;
    memset(&queue, 0, sizeof queue);
    assert_int_equal(queue_put(&queue, bytes, sizeof bytes), QUEUE_BYTES);
    assert_int_equal(queue_room(&queue), 0);
    assert_int_equal(queue_put(&queue, bytes, 1), 0);
    assert_int_equal(queue_peek(&queue, back, 3), 3);
    assert_memory_equal(back, bytes, 3);
    queue_drop(&queue, 2 * QUEUE_BYTES);
    assert_int_equal(queue_peek(&queue, back, 3), 0);
}

static void bytes_keep_their_order(void **state)
{
    uint8_t next_in = 0, next_out = 0, bytes[700];
    uint64_t seed = 5;

    (void)state;
    memset(&queue, 0, sizeof queue);
    for (unsigned int step = 0; step < 20000; step++) {
        uint32_t count, done;

        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        count = (uint32_t)(seed >> 33) % sizeof bytes;
        if (seed >> 63) {
            for (uint32_t i = 0; i < count; i++)
                bytes[i] = (uint8_t)(next_in + i);
            next_in = (uint8_t)(next_in + queue_put(&queue, bytes, count));
            continue;
        }
        done = queue_peek(&queue, bytes, count);
        for (uint32_t i = 0; i < done; i++)
            assert_int_equal(bytes[i], next_out++);
        queue_drop(&queue, done);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_queue_takes_no_more),
        cmocka_unit_test(bytes_keep_their_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
