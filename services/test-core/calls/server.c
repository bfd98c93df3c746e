/* SPDX-License-Identifier: BSD-2-Clause */
/* Each Wait has a place: it holds the call as a task, the capabilities that came with it, and the call
   made for it if this server passes calls on. A place is free again when its call is answered or its
   caller has left, and the call made for it has completed. */
#include "calls.h"
#include "tell.h"

#include "hold/v1/hold.rpc.h"

#include <signet/frames.h>
#include <signet/log.h>
#include <signet/object.h>
#include <signet/startup.h>

#define PLACES 96u

struct place {
    struct sg_task task; /* first: its address is the place's */
    struct signet_hold_v1_Hold_Wait_async next;
    struct sg_handle memory, events;
    uint32_t number;
    uint32_t order; /* of arrival */
    bool is_taken;
};

static struct server {
    struct sg_loop loop;
    struct sg_handle next; /* server that Wait is passed on to, or none */
    struct sg_handle shared;
    struct place place[PLACES];
    uint32_t arrived, left;
    uint64_t deadline_ns;
} server;

static struct place *free_place(void)
{
    for (uint32_t i = 0; i < PLACES; i++)
        if (!server.place[i].is_taken)
            return &server.place[i];
    return NULL;
}

static void leave(struct place *place)
{
    if (!sg_handle_is_none(place->memory))
        (void)sg_release(place->memory);
    if (!sg_handle_is_none(place->events))
        (void)sg_release(place->events);
    place->is_taken = false;
}

static void answer(struct place *place, enum sg_rpc_status status)
{
    const signet_hold_v1_WaitReply reply = {.number = place->number};

    (void)signet_hold_v1_Hold_Wait_reply(&place->task.call, status, &reply);
    leave(place);
}

/* The call made for it is cancelled by now, and ends the place. */
static void caller_left(struct sg_task *task)
{
    struct place *place = (struct place *)task;

    server.left++;
    if (!sg_async_is_in_flight(&place->next.async))
        leave(place);
}

static void next_done(struct signet_hold_v1_Hold_Wait_async *call)
{
    bool is_answered = sg_succeeded(call->async.result);

    answer((struct place *)call->async.task, is_answered ? SG_RPC_OK : SG_RPC_INTERNAL);
}

static enum sg_status pass_on(struct place *place)
{
    const signet_hold_v1_WaitRequest request = {.number = place->number};

    place->next = (struct signet_hold_v1_Hold_Wait_async){.done = next_done};
    place->next.async.task = &place->task;
    return signet_hold_v1_Hold_Wait_start(&server.loop, server.next, &request, &place->next);
}

enum sg_rpc_status signet_hold_v1_Hold_Wait_handle(void *self, struct sg_call *call,
                                                   const signet_hold_v1_WaitRequest *request,
                                                   signet_hold_v1_WaitReply *reply)
{
    struct place *place = free_place();

    (void)self;
    (void)reply;
    server.deadline_ns = call->deadline_ns;
    if (place == NULL)
        return SG_RPC_INTERNAL;
    *place = (struct place){.is_taken = true,
                            .number = request->number,
                            .order = server.arrived++,
                            .task.gone = caller_left};
    if (request->has_memory)
        place->memory = sg_call_take(call, request->memory.handle);
    if (request->has_events)
        place->events = sg_call_take(call, request->events.handle);
    sg_task_begin(&place->task, call);
    if (!sg_handle_is_none(server.next) && pass_on(place) != SG_OK)
        answer(place, SG_RPC_INTERNAL);
    return SG_RPC_LATER;
}

static struct place *oldest(void)
{
    struct place *found = NULL;

    for (uint32_t i = 0; i < PLACES; i++)
        if (server.place[i].is_taken && (found == NULL || server.place[i].order < found->order))
            found = &server.place[i];
    return found;
}

enum sg_rpc_status signet_hold_v1_Hold_Release_handle(void *self, struct sg_call *call,
                                                      const signet_hold_v1_ReleaseRequest *request,
                                                      signet_hold_v1_ReleaseReply *reply)
{
    struct place *place;

    (void)self;
    (void)call;
    while (reply->answered < request->count && (place = oldest()) != NULL) {
        answer(place, SG_RPC_OK);
        reply->answered++;
    }
    return SG_RPC_OK;
}

static uint64_t fact(struct sg_handle handle, enum sg_info selector)
{
    uint64_t value = 0;

    (void)sg_info(handle, selector, &value);
    return value;
}

enum sg_rpc_status signet_hold_v1_Hold_State_handle(void *self, struct sg_call *call,
                                                    const signet_hold_v1_StateRequest *request,
                                                    signet_hold_v1_StateReply *reply)
{
    (void)self;
    (void)call;
    (void)request;
    for (uint32_t i = 0; i < PLACES; i++)
        reply->held += server.place[i].is_taken;
    reply->left = server.left;
    reply->deadline_ns = server.deadline_ns;
    reply->free_slots = fact(sg_self()->cspace, SG_INFO_FREE);
    reply->free_frames = fact(sg_self()->untyped, SG_INFO_FREE);
    reply->completions_owed = (uint32_t)fact(sg_self()->ring, SG_INFO_COUNT);
    return SG_RPC_OK;
}

enum sg_rpc_status signet_hold_v1_Hold_Tell_handle(void *self, struct sg_call *call,
                                                   const signet_hold_v1_TellRequest *request,
                                                   signet_hold_v1_TellReply *reply)
{
    (void)self;
    if (!request->has_events)
        return SG_RPC_OK;
    struct sg_handle events = sg_call_take(call, request->events.handle);
    reply->accepted = tell(&server.loop, events, request->count);
    if (!reply->accepted)
        (void)sg_release(events);
    return SG_RPC_OK;
}

enum sg_rpc_status signet_hold_v1_Hold_Share_handle(void *self, struct sg_call *call,
                                                    const signet_hold_v1_ShareRequest *request,
                                                    signet_hold_v1_ShareReply *reply)
{
    static const uint64_t none[3];
    uint32_t frame; /* the bell's: whoever has it may keep it as long as this process lives */

    (void)self;
    (void)call;
    (void)request;
    if (sg_object_create(sg_own_frames(), SG_TYPE_NOTIFICATION, none, &reply->bell.handle,
                         &frame) != SG_OK)
        return SG_RPC_INTERNAL;
    reply->has_memory = reply->has_bell = true;
    reply->memory.handle = server.shared;
    return SG_RPC_OK;
}

int calls_serve(void)
{
    enum sg_status status;
    uint32_t frame;

    server.next = sg_capability("next");
    status = sg_memory_create(sg_own_frames(), 1, &server.shared, &frame);
    sg_loop_init(&server.loop, sg_own_ring());
    if (status == SG_OK)
        status =
            sg_loop_serve(&server.loop, sg_provided("hold"), &signet_hold_v1_Hold_interface, NULL);
    if (status == SG_OK)
        status = sg_loop_run(&server.loop);
    sg_log(SG_LOG_ERROR, "endpoint hold: %s", sg_status_text(status));
    return 1;
}
