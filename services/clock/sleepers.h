/* SPDX-License-Identifier: BSD-2-Clause */
/* Who sleeps until when: at most SLEEPERS_MAX places, of which one client holds at most
   SLEEPERS_OF_CLIENT. A client that died asleep is not noticed until its place is needed or its
   time has come; because a client gives up its own places only, that never costs another client
   anything. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define SLEEPERS_MAX 256u
#define SLEEPERS_OF_CLIENT 8u

struct sleeper {
    uint64_t client;
    uint64_t end_ns;
    bool is_taken;
};

struct sleepers {
    uint32_t places; /* at most SLEEPERS_MAX */
    struct sleeper sleeper[SLEEPERS_MAX];
};

enum sleepers_choice {
    SLEEPERS_FREE,    /* the place is free */
    SLEEPERS_GIVE_UP, /* the place is taken: its sleep, the client's longest, is to be given up */
    SLEEPERS_NONE,    /* every place is taken by others */
};

/* Chooses a place for one more sleep of this client; nothing changes. */
enum sleepers_choice sleepers_choose(const struct sleepers *sleepers, uint64_t client,
                                     uint32_t *place);

/* Takes a place. */
void sleepers_take(struct sleepers *sleepers, uint32_t place, uint64_t client, uint64_t end_ns);

/* Frees a place. */
void sleepers_free(struct sleepers *sleepers, uint32_t place);
