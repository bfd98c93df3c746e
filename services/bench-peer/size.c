/* SPDX-License-Identifier: BSD-2-Clause */
#include <signet/object.h>
#include <signet/server.h>
#include <signet/startup.h>
#include <signet/syscall.h>

#include "peer.h"

static uint64_t ask(struct sg_handle handle, enum sg_info selector)
{
    uint64_t value = 0;

    return sg_info(handle, selector, &value) == SG_OK ? value : 0;
}

/* Of the objects that make a process: but for what it shares of its ring, the kernel's own. */
static uint64_t kernel_frames(void)
{
    const struct sg_process *self = sg_self();
    const struct sg_handle part[] = {self->aspace, self->cspace, self->thread, self->sched};
    uint64_t sum = 1; /* the ledger of the untyped */

    for (uint32_t i = 0; i < sizeof(part) / sizeof(part[0]); i++)
        sum += ask(part[i], SG_INFO_FRAMES);
    return sum + ask(self->ring, SG_INFO_FRAMES) - ask(self->ring, SG_INFO_PAGES);
}

static uint32_t answer(void *self, uint16_t method, uint64_t badge, struct sg_registers *message,
                       uint32_t length)
{
    struct sg_handle untyped = sg_self()->untyped;

    (void)self;
    (void)method;
    (void)badge;
    (void)length;
    message->word[0] = ask(untyped, SG_INFO_FRAMES) - ask(untyped, SG_INFO_FREE);
    message->word[1] = kernel_frames();
    return 2 * sizeof message->word[0];
}

int peer_tell_size(struct sg_handle endpoint)
{
    return sg_register_serve(endpoint, answer, NULL);
}
