/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/run_queue.h"

_Static_assert(CLASS_COUNT == 4, "run_queue_init");

/* Empties one class. */
/*@ requires \valid(turns);
    assigns *turns;
    ensures turns_empty(turns);
*/
static RARELY void turns_init(struct turns *turns)
{
    /*@ loop invariant 0 <= i <= TURNS;
        loop invariant \forall integer n; 0 <= n < i ==>
          turns->list[n].next == &turns->list[n] && turns->list[n].prev == &turns->list[n];
        loop assigns i, turns->list[0 .. TURNS - 1];
        loop variant TURNS - i;
    */
    for (uint32_t i = 0; i < TURNS; i++)
        list_init(&turns->list[i]);
    turns->now = 0;
    turns->count = 0;
}

void run_queue_init(struct run_queue *queue)
{
    turns_init(&queue->class[0]);
    turns_init(&queue->class[1]);
    turns_init(&queue->class[2]);
    turns_init(&queue->class[3]);
}

struct link *turns_first(struct turns *turns)
{
    uint64_t turn = turns->now;

    /*@ loop invariant turns->now <= turn < turns->now + TURNS;
        loop invariant \forall integer t; turns->now <= t < turn ==> !turn_has_entry(turns, t);
        loop assigns turn;
        loop variant turns->now + TURNS - turn;
    */
    while (turn < turns->now + TURNS - 1 && list_is_empty(turns_list(turns, turn)))
        turn++;
    turns->now = turn;
    return turns_list(turns, turn)->next;
}
