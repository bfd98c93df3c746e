/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include <signet/object.h>

#include "crash.h"
#include "lookup.h"
#include "report.h"
#include "supervise.h"
#include "supervisor.h"
#include "supervisor/v1/supervisor.rpc.h"

enum sg_status supervisor_serve(struct init *init)
{
    return sg_loop_serve(&init->loop, init->supervisor_endpoint,
                         &signet_supervisor_v1_Supervisor_interface, init);
}

/* Whether the caller is the process itself: it gets its answer before it ends. */
static bool is_caller(const struct process *process, const struct sg_call *call)
{
    return process->number == sg_badge_process(call->badge);
}

/* The process of that name if it is alive; otherwise *result says what it is. */
static struct process *find_alive(struct init *init, const char *name,
                                  signet_supervisor_v1_Result *result)
{
    struct process *process = process_find(init, name);
    if (!process)
        *result = signet_supervisor_v1_Result_NO_SUCH_PROCESS;
    else if (!process_is_alive(process))
        *result = signet_supervisor_v1_Result_NOT_RUNNING;
    else
        return process;
    return 0;
}

enum sg_rpc_status
signet_supervisor_v1_Supervisor_Kill_handle(void *self, struct sg_call *call,
                                            const signet_supervisor_v1_KillRequest *request,
                                            signet_supervisor_v1_KillReply *reply)
{
    struct process *process = find_alive(self, request->process, &reply->result);
    if (process && is_caller(process, call))
        supervise_kill_later(process);
    else if (process)
        supervise_kill(process);
    return SG_RPC_OK;
}

/* Keeps the call until the process has ended; false when it is the process's own, or one waits
   already, and is to be answered at once. */
static bool hold(struct process *process, struct sg_call *call, enum end_call kind)
{
    if (is_caller(process, call) || process->end_call_kind != END_CALL_NONE)
        return false;
    process->end_call = sg_call_hold(call);
    process->end_call_kind = kind;
    return true;
}

enum sg_rpc_status
signet_supervisor_v1_Supervisor_Restart_handle(void *self, struct sg_call *call,
                                               const signet_supervisor_v1_RestartRequest *request,
                                               signet_supervisor_v1_RestartReply *reply)
{
    struct process *process = process_find(self, request->process);
    if (!process) {
        reply->result = signet_supervisor_v1_Result_NO_SUCH_PROCESS;
        return SG_RPC_OK;
    }
    bool is_held = process_is_alive(process) && hold(process, call, END_CALL_RESTART);
    supervise_restart(process);
    if (process->state == signet_supervisor_v1_State_FAILED)
        reply->result = signet_supervisor_v1_Result_CANNOT_START;
    return is_held ? SG_RPC_LATER : SG_RPC_OK;
}

enum sg_rpc_status
signet_supervisor_v1_Supervisor_Stop_handle(void *self, struct sg_call *call,
                                            const signet_supervisor_v1_StopRequest *request,
                                            signet_supervisor_v1_StopReply *reply)
{
    struct process *process = find_alive(self, request->process, &reply->result);
    if (!process)
        return SG_RPC_OK;
    bool is_held = hold(process, call, END_CALL_STOP);
    supervise_stop(process, AFTER_STAY);
    return is_held ? SG_RPC_LATER : SG_RPC_OK;
}

enum sg_rpc_status signet_supervisor_v1_Supervisor_SetLogLevel_handle(
    void *self, struct sg_call *call, const signet_supervisor_v1_SetLogLevelRequest *request,
    signet_supervisor_v1_SetLogLevelReply *reply)
{
    struct process *process = process_find(self, request->process);
    (void)call;
    if ((uint32_t)request->level > signet_log_v1_Level_ERROR)
        return SG_RPC_BAD_MESSAGE;
    if (strcmp(request->process, MANIFEST_INIT_NAME) == 0) {
        report_set_level(request->level);
        return SG_RPC_OK;
    }
    if (!process) {
        reply->result = signet_supervisor_v1_Result_NO_SUCH_PROCESS;
        return SG_RPC_OK;
    }
    process->log_level = request->level;
    lifecycle_set_level(process);
    return SG_RPC_OK;
}

static void copy_registers(const struct sg_fault *fault,
                           signet_supervisor_v1_CrashRecordReply *reply)
{
    const uint64_t registers[] = {fault->rax, fault->rbx, fault->rcx, fault->rdx, fault->rsi,
                                  fault->rdi, fault->rbp, fault->r8,  fault->r9,  fault->r10,
                                  fault->r11, fault->r12, fault->r13, fault->r14, fault->r15};
    reply->registers_count = sizeof registers / sizeof registers[0];
    for (uint32_t i = 0; i < reply->registers_count; i++)
        reply->registers[i] = registers[i];
    reply->rip = fault->rip;
    reply->rsp = fault->rsp;
    reply->rflags = fault->rflags;
}

enum sg_rpc_status signet_supervisor_v1_Supervisor_CrashRecord_handle(
    void *self, struct sg_call *call, const signet_supervisor_v1_CrashRecordRequest *request,
    signet_supervisor_v1_CrashRecordReply *reply)
{
    const struct process *process = process_find(self, request->process);
    (void)call;
    if (!process) {
        reply->result = signet_supervisor_v1_Result_NO_SUCH_PROCESS;
        return SG_RPC_OK;
    }
    const struct crash *crash = &process->crash;
    reply->restarts = process->fortune.restarts;
    reply->cause = crash->cause;
    if (crash->cause == signet_supervisor_v1_Cause_NOT_ENDED) {
        reply->result = signet_supervisor_v1_Result_NO_RECORD;
        return SG_RPC_OK;
    }
    reply->code = crash->fault.code;
    reply->address = crash->fault.address;
    reply->time_ns = crash->time_ns;
    if (crash->symbol.name[0])
        snprintf(reply->symbol, sizeof reply->symbol, "%s+0x%llx", crash->symbol.name,
                 (unsigned long long)crash->symbol.offset);
    snprintf(reply->thread, sizeof reply->thread, "%s", crash->thread);
    copy_registers(&crash->fault, reply);
    return SG_RPC_OK;
}
