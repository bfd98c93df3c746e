/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls that end the machine: first every process, then the rest. It may go on for a moment after it
   was told to stop, so nobody is answered before it is clear that it does not stop at all; and by then
   the caller has ended too, unless it could not be stopped. */
#include <stddef.h>

#include "power.h"
#include "report.h"
#include "shutdown.h"
#include "supervisor.h"
#include "supervisor/v1/supervisor.rpc.h"

#define PATIENCE_NS UINT64_C(2000000000)

typedef enum sg_status power_answer(struct sg_held_call *call);

/* A machine that was told to end, and who wants to know should it not. */
struct farewell {
    struct sg_timer timer;
    struct sg_held_call call;
    power_answer *answer;
    const char *failure;
};

static enum sg_status answer_shutdown(struct sg_held_call *call)
{
    const signet_supervisor_v1_ShutdownReply reply = signet_supervisor_v1_ShutdownReply_init_zero;
    return signet_supervisor_v1_Supervisor_Shutdown_reply(call, SG_RPC_INTERNAL, &reply);
}

static enum sg_status answer_reboot(struct sg_held_call *call)
{
    const signet_supervisor_v1_RebootReply reply = signet_supervisor_v1_RebootReply_init_zero;
    return signet_supervisor_v1_Supervisor_Reboot_reply(call, SG_RPC_INTERNAL, &reply);
}

static void still_here(struct sg_timer *timer)
{
    struct farewell *farewell =
        (struct farewell *)((char *)timer - offsetof(struct farewell, timer));
    report(signet_log_v1_Level_ERROR, "%s", farewell->failure);
    (void)farewell->answer(&farewell->call);
}

static struct farewell farewell;

/* Answers the call with a failure if there is still a machine to do so. */
static void wait_for_end(struct init *init)
{
    farewell.timer.fire = still_here;
    sg_loop_timer(&init->loop, init_now_ns(init) + PATIENCE_NS, &farewell.timer);
}

/* Off, or out of the emulator with a failure; a machine that knows neither stays on and says so. */
static void turn_off(struct init *init)
{
    if (init->exit_status != 0)
        power_exit(init->boot, POWER_EXIT_FAILURE + init->exit_status - 1);
    power_off(init->boot);
    wait_for_end(init);
}

static void reset(struct init *init)
{
    power_reset(init->boot);
    wait_for_end(init);
}

enum sg_rpc_status
signet_supervisor_v1_Supervisor_Shutdown_handle(void *self, struct sg_call *call,
                                                const signet_supervisor_v1_ShutdownRequest *request,
                                                signet_supervisor_v1_ShutdownReply *reply)
{
    struct init *init = self;
    (void)reply;
    if (shutdown_is_under_way(init))
        return SG_RPC_INTERNAL;
    farewell = (struct farewell){.call = sg_call_hold(call),
                                 .answer = answer_shutdown,
                                 .failure = "this machine cannot be turned off by software"};
    init->exit_status = request->exit_status;
    shutdown_begin(init, sg_badge_process(call->badge), turn_off);
    return SG_RPC_LATER;
}

enum sg_rpc_status
signet_supervisor_v1_Supervisor_Reboot_handle(void *self, struct sg_call *call,
                                              const signet_supervisor_v1_RebootRequest *request,
                                              signet_supervisor_v1_RebootReply *reply)
{
    struct init *init = self;
    (void)request;
    (void)reply;
    if (shutdown_is_under_way(init))
        return SG_RPC_INTERNAL;
    farewell = (struct farewell){.call = sg_call_hold(call),
                                 .answer = answer_reboot,
                                 .failure = "this machine cannot be reset by software"};
    shutdown_begin(init, sg_badge_process(call->badge), reset);
    return SG_RPC_LATER;
}
