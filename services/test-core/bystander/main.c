/* SPDX-License-Identifier: BSD-2-Clause */
/* bystander: calls a server without end, holds a secret in registers and memory, counts what it has,
   and says how that went. Nothing that others do may show in it; what it holds may show nowhere. */
#include "raw.h"

#include "bystander/v1/bystander.rpc.h"
#include "echo/v1/echo.rpc.h"

#include <signet/frames.h>
#include <signet/log.h>
#include <signet/loop.h>
#include <signet/object.h>
#include <signet/startup.h>
#include <signet/syscall.h>
#include <signet/thread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#define HOLD_TURNS 10000u
#define PAUSE_NS 300000u
#define BYTES_MAX 240u

static struct {
    _Atomic uint64_t rounds, wrong, longest_ns;
    _Atomic int first;
    uint64_t slots, frames; /* free when it began */
    uint64_t *page;
    struct sg_owned silence;
    uint64_t last_ns;
} watch;

static bool is_answered(uint64_t round)
{
    signet_echo_v1_EchoRequest request = {.data.size = (pb_size_t)(1 + round * 37 % BYTES_MAX)};
    signet_echo_v1_EchoReply reply;

    memset(request.data.bytes, (int)round, request.data.size);
    struct sg_result result = signet_echo_v1_Echo_Echo(sg_capability("echo"), &request, &reply);
    return sg_succeeded(result) && reply.data.size == request.data.size &&
           memcmp(reply.data.bytes, request.data.bytes, request.data.size) == 0;
}

/* It gives the CPU away with the secret in all registers; those of the payload stay. */
static bool keeps_payload(void)
{
    static struct raw raw;
    bool is_kept = true;

    raw_fill(&raw, RAW_SECRET);
    raw.word[RAW_RAX] = sg_operation_word(SG_OP_CALL, 0, SG_THREAD_YIELD, 0);
    raw.word[RAW_RDI] = 0;
    raw_call(&raw);
    for (uint32_t i = RAW_R8; i < RAW_REGISTERS; i++)
        is_kept &= i == RAW_R10 || i == RAW_R11 || raw.word[i] == RAW_SECRET;
    return is_kept && raw.word[RAW_RBX] == RAW_SECRET && raw.word[RAW_RBP] == RAW_SECRET;
}

static bool keeps_page(void)
{
    for (uint32_t i = 0; i < SG_PAGE_SIZE / sizeof *watch.page; i++)
        if (watch.page[i] != RAW_SECRET)
            return false;
    return true;
}

static uint64_t free_of(struct sg_handle handle)
{
    uint64_t count = 0;

    (void)sg_info(handle, SG_INFO_FREE, &count);
    return count;
}

static int look(uint64_t round)
{
    if (!is_answered(round))
        return signet_bystander_v1_Wrong_ANSWER;
    if (!raw_keeps(RAW_SECRET, HOLD_TURNS))
        return signet_bystander_v1_Wrong_REGISTERS;
    if (!keeps_payload())
        return signet_bystander_v1_Wrong_CALL_REGISTERS;
    if (!keeps_page())
        return signet_bystander_v1_Wrong_PAGE;
    if (free_of(sg_self()->cspace) != watch.slots)
        return signet_bystander_v1_Wrong_SLOTS;
    if (free_of(sg_self()->untyped) != watch.frames)
        return signet_bystander_v1_Wrong_FRAMES;
    return signet_bystander_v1_Wrong_NOTHING;
}

static void note_time(void)
{
    uint64_t now_ns = 0;

    (void)sg_cpu_now(sg_self()->cpu, &now_ns);
    if (watch.last_ns != 0 && now_ns - watch.last_ns > watch.longest_ns)
        watch.longest_ns = now_ns - watch.last_ns;
    watch.last_ns = now_ns;
}

static int work(void *argument)
{
    (void)argument;
    (void)is_answered(0); /* takes what a first call takes */
    watch.slots = free_of(sg_self()->cspace);
    watch.frames = free_of(sg_self()->untyped);
    for (uint64_t round = 1;; round++) {
        int wrong = look(round);
        uint64_t count;

        if (wrong != signet_bystander_v1_Wrong_NOTHING && watch.wrong++ == 0)
            watch.first = wrong;
        note_time();
        watch.rounds = round;
        (void)sg_notification_wait(watch.silence.handle, watch.last_ns + PAUSE_NS, &count);
    }
}

enum sg_rpc_status
signet_bystander_v1_Bystander_State_handle(void *self, struct sg_call *call,
                                           const signet_bystander_v1_StateRequest *request,
                                           signet_bystander_v1_StateReply *reply)
{
    uint64_t owed = 0;

    (void)self;
    (void)call;
    (void)request;
    (void)sg_info(sg_self()->ring, SG_INFO_COUNT, &owed);
    *reply = (signet_bystander_v1_StateReply){.rounds = watch.rounds,
                                              .wrong = watch.wrong,
                                              .first = (signet_bystander_v1_Wrong)watch.first,
                                              .longest_ns = watch.longest_ns,
                                              .free_slots = free_of(sg_self()->cspace),
                                              .free_frames = free_of(sg_self()->untyped),
                                              .completions_owed = (uint32_t)owed};
    return SG_RPC_OK;
}

static enum sg_status begin(void)
{
    static const struct sg_thread_options options = {.name = "work"};
    const struct sg_placement placement = {.class = SG_CLASS_INTERACTIVE, .weight = 100};
    const uint64_t none[3] = {0, 0, 0};
    struct sg_thread *thread;
    enum sg_status status = sg_owned_create(SG_TYPE_NOTIFICATION, none, &watch.silence);

    if (status == SG_OK)
        status = sg_map_new(1, SG_MAP_READ | SG_MAP_WRITE, (void **)&watch.page);
    if (status != SG_OK)
        return status;
    for (uint32_t i = 0; i < SG_PAGE_SIZE / sizeof *watch.page; i++)
        watch.page[i] = RAW_SECRET;
    status = sg_thread_create(&options, work, NULL, &thread);
    if (status == SG_OK)
        status = sg_cpu_place(sg_self()->cpu, sg_thread_sched(thread), &placement);
    return status;
}

int main(void)
{
    struct sg_loop loop;
    enum sg_status status;

    sg_loop_init(&loop, sg_own_ring());
    status = sg_loop_serve(&loop, sg_provided("bystander"),
                           &signet_bystander_v1_Bystander_interface, NULL);
    if (status == SG_OK)
        status = begin();
    if (status == SG_OK)
        status = sg_loop_run(&loop);
    sg_log(SG_LOG_ERROR, "bystander: %s", sg_status_text(status));
    return 1;
}
