/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads that keep hundreds of calls queued at a server, most of them no message at all; the bystander,
   who calls the same server, is answered in its turn, and each call ends once. Seen to fail: a
   queued call that is forgotten when it cannot be delivered, and servers that left a call open whose
   caller has no room for any reply. */
#include "aftermath.h"
#include "attacks.h"
#include "own.h"
#include "report.h"

#include <signet/object.h>
#include <signet/startup.h>
#include <signet/thread.h>
#include <stdatomic.h>

#define THREADS 4u
#define IN_FLIGHT 64u
#define ROUNDS 5u /* of the bystander's, at least */
#define NUMBER_MAX (1u << 20)

static struct flood {
    struct sg_thread *thread;
    uint64_t submitted, ended, unknown;
    uint64_t random;
    struct sg_handle target;
} flood[THREADS];
static atomic_bool is_over;

static void take(struct flood *own)
{
    struct sg_completion completion;

    while (sg_ring_next(sg_own_ring(), &completion) == SG_OK) {
        own->ended++;
        own->unknown += completion.user_data >= NUMBER_MAX;
    }
}

/* Anything for a message: of its own arena, past it, empty, too long. */
static void submit(struct flood *own)
{
    struct sg_submission entry = own_call(own->target, own->random % 3 == 0 ? 55 : 0);
    uint64_t random = attack_random(&own->random);

    entry.user_data = own->submitted % NUMBER_MAX;
    entry.message.send_length = (uint32_t)(random >> 8) % 300;
    entry.message.send_offset = (uint32_t)(random >> 24) % 1024;
    entry.message.receive_length = random & 1 ? 4096 : random & 2 ? 64 : 0;
    entry.message.receive_offset = 2048;
    own->submitted += sg_ring_submit(sg_own_ring(), &entry) == SG_OK;
}

static int keep_calling(void *argument)
{
    struct flood *own = argument;

    while (!atomic_load(&is_over)) {
        while (own->submitted - own->ended < IN_FLIGHT)
            submit(own);
        (void)sg_ring_enter(sg_own_ring(), 1, SG_FOREVER);
        take(own);
    }
    while (own->ended < own->submitted) {
        (void)sg_ring_enter(sg_own_ring(), 1, SG_FOREVER);
        take(own);
    }
    return 0;
}

static void begin(struct flood *own)
{
    static const struct sg_thread_options options = {.name = "flood",
                                                     .ring_submissions = IN_FLIGHT,
                                                     .ring_completions = 2 * IN_FLIGHT,
                                                     .ring_pages = 8};
    const struct sg_placement placement = {.class = SG_CLASS_INTERACTIVE, .weight = 100};

    report_step("endpoints/thread", sg_thread_create(&options, keep_calling, own, &own->thread));
    report_step("endpoints/place",
                sg_cpu_place(sg_capability("cpu"), sg_thread_sched(own->thread), &placement));
}

void attack_endpoints(void)
{
    uint64_t submitted = 0, ended = 0, unknown = 0;
    int result;

    atomic_store(&is_over, false);
    for (uint32_t i = 0; i < THREADS; i++) {
        flood[i] = (struct flood){.random = i + 77,
                                  .target = sg_capability(i % 4 == 3 ? "bystander" : "echo")};
        begin(&flood[i]);
    }
    aftermath_bystander_goes_on("endpoints/during the flood", ROUNDS);
    atomic_store(&is_over, true);
    for (uint32_t i = 0; i < THREADS; i++) {
        report_step("endpoints/join", sg_thread_join(flood[i].thread, &result));
        submitted += flood[i].submitted;
        ended += flood[i].ended;
        unknown += flood[i].unknown;
    }
    report_count("endpoints/calls of the flood, each ended once", submitted, ended);
    report_none("endpoints/completions of nothing", unknown, ended);
}
