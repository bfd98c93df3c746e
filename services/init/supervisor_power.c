/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls that end the machine. It may go on for a moment after it was told to stop, so nobody is
   answered before it is clear that it does not stop at all. One such call waits at a time. */
#include <stddef.h>

#include "power.h"
#include "report.h"
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

/* Answers the call with a failure if there is still a machine to do so. */
static enum sg_rpc_status wait_for_end(struct init *init, struct sg_call *call,
                                       power_answer *answer, const char *failure)
{
    static struct farewell farewell;
    if (farewell.timer.is_set)
        return SG_RPC_INTERNAL;
    farewell = (struct farewell){
        .timer.fire = still_here, .call = sg_call_hold(call), .answer = answer, .failure = failure};
    sg_loop_timer(&init->loop, init_now_ns(init) + PATIENCE_NS, &farewell.timer);
    return SG_RPC_LATER;
}

/* Off, or out of the emulator with a failure; a machine that knows neither stays on and says so. */
enum sg_rpc_status
signet_supervisor_v1_Supervisor_Shutdown_handle(void *self, struct sg_call *call,
                                                const signet_supervisor_v1_ShutdownRequest *request,
                                                signet_supervisor_v1_ShutdownReply *reply)
{
    struct init *init = self;
    (void)reply;
    if (request->exit_status != 0)
        power_exit(init->boot, POWER_EXIT_FAILURE + request->exit_status - 1);
    power_off(init->boot);
    return wait_for_end(init, call, answer_shutdown,
                        "this machine cannot be turned off by software");
}

enum sg_rpc_status
signet_supervisor_v1_Supervisor_Reboot_handle(void *self, struct sg_call *call,
                                              const signet_supervisor_v1_RebootRequest *request,
                                              signet_supervisor_v1_RebootReply *reply)
{
    struct init *init = self;
    (void)request;
    (void)reply;
    power_reset(init->boot);
    return wait_for_end(init, call, answer_reboot, "this machine cannot be reset by software");
}
