/* SPDX-License-Identifier: BSD-2-Clause */
#include "sleepers.h"

enum sleepers_choice sleepers_choose(const struct sleepers *sleepers, uint64_t client,
                                     uint32_t *place)
{
    uint32_t places = sleepers->places, free_place = places, longest = places, held = 0;

    for (uint32_t i = 0; i < places; i++) {
        const struct sleeper *sleeper = &sleepers->sleeper[i];

        if (!sleeper->is_taken) {
            free_place = free_place < places ? free_place : i;
            continue;
        }
        if (sleeper->client != client)
            continue;
        held++;
        if (longest == places || sleeper->end_ns > sleepers->sleeper[longest].end_ns)
            longest = i;
    }
    if (held >= SLEEPERS_OF_CLIENT || (free_place == places && held > 0)) {
        *place = longest;
        return SLEEPERS_GIVE_UP;
    }
    if (free_place == places)
        return SLEEPERS_NONE;
    *place = free_place;
    return SLEEPERS_FREE;
}

void sleepers_take(struct sleepers *sleepers, uint32_t place, uint64_t client, uint64_t end_ns)
{
    sleepers->sleeper[place] = (struct sleeper){client, end_ns, true};
}

void sleepers_free(struct sleepers *sleepers, uint32_t place)
{
    sleepers->sleeper[place].is_taken = false;
}
