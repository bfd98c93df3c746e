/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include <signet/object.h>

#include "crash.h"
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
    return process->number == call->badge;
}

enum sg_rpc_status
signet_supervisor_v1_Supervisor_Kill_handle(void *self, struct sg_call *call,
                                            const signet_supervisor_v1_KillRequest *request,
                                            signet_supervisor_v1_KillReply *reply)
{
    struct process *process = process_find(self, request->process);
    if (!process)
        reply->result = signet_supervisor_v1_Result_NO_SUCH_PROCESS;
    else if (process->state != signet_supervisor_v1_State_RUNNING)
        reply->result = signet_supervisor_v1_Result_NOT_RUNNING;
    else if (is_caller(process, call))
        supervise_end_later(process, END_KILLED);
    else
        supervise_kill(process);
    return SG_RPC_OK;
}

enum sg_rpc_status
signet_supervisor_v1_Supervisor_Restart_handle(void *self, struct sg_call *call,
                                               const signet_supervisor_v1_RestartRequest *request,
                                               signet_supervisor_v1_RestartReply *reply)
{
    struct process *process = process_find(self, request->process);
    if (!process)
        reply->result = signet_supervisor_v1_Result_NO_SUCH_PROCESS;
    else if (is_caller(process, call))
        supervise_end_later(process, END_RESTARTED);
    else if (!supervise_restart(process))
        reply->result = signet_supervisor_v1_Result_CANNOT_START;
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
