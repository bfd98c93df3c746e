/* SPDX-License-Identifier: BSD-2-Clause */
/* Capabilities in replies, and events: a server calls an endpoint that this process made. */
#include "checks.h"
#include "own.h"
#include "report.h"

#include <signet/object.h>
#include <signet/startup.h>
#include <signet/syscall.h>
#include <string.h>

#define EVENTS 5u
#define BUFFER 64u

static uint32_t told;

static uint64_t rights_of(struct sg_handle handle)
{
    uint64_t rights = 0;

    (void)sg_info(handle, SG_INFO_RIGHTS, &rights);
    return rights;
}

static void a_reply_brings_two(struct sg_handle server)
{
    const signet_hold_v1_ShareRequest request = signet_hold_v1_ShareRequest_init_zero;
    signet_hold_v1_ShareReply reply = signet_hold_v1_ShareReply_init_zero;

    report_result("share/call", "SG_RPC_OK", signet_hold_v1_Hold_Share(server, &request, &reply));
    report_equal("share/both are there", 1, reply.has_memory && reply.has_bell);
    report_equal("share/only what the interface says may be done",
                 SG_BIT(SG_MEMORY_READ) | SG_BIT(SG_INFO) | SG_BIT(SG_RELEASE),
                 rights_of(reply.memory.handle));
    report_status("share/the bell rings", SG_OK, sg_notification_signal(reply.bell.handle));
    uint64_t count;
    report_status("share/but is not for waiting", SG_DENIED,
                  sg_notification_wait(reply.bell.handle, 0, &count));
    (void)sg_release(reply.memory.handle);
    (void)sg_release(reply.bell.handle);
}

/* Has the server tell events to an offer; how many were told in their order. */
static uint32_t be_told(struct sg_handle server, const struct sg_owned *offer)
{
    signet_hold_v1_TellRequest request = {.count = EVENTS, .has_events = true};
    signet_hold_v1_TellReply reply = signet_hold_v1_TellReply_init_zero;

    told = 0;
    report_step("events/mint",
                sg_endpoint_mint(offer->handle, 1, SG_RIGHTS_ALL, &request.events.handle));
    report_result("events/call", "SG_RPC_OK", signet_hold_v1_Hold_Tell(server, &request, &reply));
    report_equal("events/accepted", 1, reply.accepted);
    for (uint32_t i = 0; i < 200 && told < EVENTS; i++)
        (void)!sg_loop_step(checks_loop(), own_now_ns() + SECOND_NS / 20);
    return told;
}

/* The server learns from its next call that nobody listens, and lets go. */
static void nobody_listens(struct sg_handle server)
{
    signet_hold_v1_TellRequest request = {.count = EVENTS, .has_events = true};
    signet_hold_v1_TellReply reply = signet_hold_v1_TellReply_init_zero;
    struct sg_owned offer;

    report_step("events/offer",
                sg_loop_offer(checks_loop(), &signet_hold_v1_HoldEvents_interface, &told, &offer));
    report_step("events/mint",
                sg_endpoint_mint(offer.handle, 1, SG_RIGHTS_ALL, &request.events.handle));
    report_result("events/call", "SG_RPC_OK", signet_hold_v1_Hold_Tell(server, &request, &reply));
    sg_loop_withdraw(checks_loop(), &offer);
}

static void events(struct sg_handle server)
{
    struct sg_owned offer;

    report_step("events/offer",
                sg_loop_offer(checks_loop(), &signet_hold_v1_HoldEvents_interface, &told, &offer));
    report_equal("events/all are told, in their order", EVENTS, be_told(server, &offer));
    sg_loop_withdraw(checks_loop(), &offer);
    nobody_listens(server);
}

/* Bytes that announce a capability that does not come. */
static void announced_and_not_sent(struct sg_handle server)
{
    static const char announced[] = "\x08\x01\x12\x00";
    const struct sg_rpc_method wait = sg_rpc_raw_method(0, sizeof announced, 64);
    struct sg_rpc_bytes request = {(void *)(uintptr_t)announced, sizeof announced - 1};
    uint8_t bytes[64];
    struct sg_rpc_bytes reply = {.data = bytes};

    report_result("hostile/announced and not sent", "SG_RPC_BAD_MESSAGE",
                  sg_rpc_within(server, &wait, SG_FOREVER, &request, &reply));
}

/* A capability that no bytes announce. */
static void sent_and_not_announced(struct sg_handle server)
{
    struct sg_message message = {.caps_count = 1, .receive_length = BUFFER};
    struct sg_registers registers = {.operation =
                                         sg_operation_word(SG_OP_CALL, SG_SUBMIT_ARENA, 0, 0),
                                     .handle = sg_handle_word(server)};
    static const uint64_t none[3];
    struct sg_owned bell = {.frame_count = 0};
    void *buffer;
    uint32_t status;

    report_step("hostile/a bell", sg_owned_create(SG_TYPE_NOTIFICATION, none, &bell));
    report_step("hostile/buffer",
                sg_ring_buffer(sg_own_ring(), BUFFER, &message.send_offset, &buffer));
    message.caps_offset = message.receive_offset = message.send_offset;
    *(struct sg_cap_transfer *)buffer = (struct sg_cap_transfer){
        .index = bell.handle.index, .generation = bell.handle.generation, .rights = SG_RIGHTS_ALL};
    memcpy(registers.word, &message, sizeof message);
    sg_invoke(&registers);
    report_equal("hostile/it is answered", sizeof status,
                 (uint64_t)sg_registers_result(&registers));
    memcpy(&status, buffer, sizeof status);
    report_equal("hostile/sent and not announced", SG_RPC_BAD_MESSAGE, status);
    sg_ring_buffer_free(sg_own_ring(), message.send_offset, BUFFER);
    report_step("hostile/end", sg_owned_destroy(&bell));
}

static void all_of_it(struct sg_handle server)
{
    a_reply_brings_two(server);
    events(server);
    announced_and_not_sent(server);
    sent_and_not_announced(server);
}

void check_capabilities(void)
{
    struct sg_handle server = sg_capability("server");
    struct ledger before, after;

    all_of_it(server);
    before = ledger_read(server, "server");
    all_of_it(server);
    after = ledger_read(server, "server");
    after.server_frames++; /* the server pays for the bell it gave away */
    after.system_used_kib -= 4;
    ledger_compare("capabilities", &before, &after);
}
