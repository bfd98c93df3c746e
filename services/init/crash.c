/* SPDX-License-Identifier: BSD-2-Clause */
#include "crash.h"

#include <stdio.h>
#include <string.h>

#include "init.h"
#include "modules.h"
#include "record.h"
#include "report.h"

#define PAGE_FAULT_WRITE 2u
#define PAGE_FAULT_FETCH 16u

static signet_supervisor_v1_Cause cause_of(uint32_t cause)
{
    switch (cause) {
    case SG_FAULT_EXIT:
        return signet_supervisor_v1_Cause_EXIT;
    case SG_FAULT_PAGE:
        return signet_supervisor_v1_Cause_PAGE;
    case SG_FAULT_INSTRUCTION:
        return signet_supervisor_v1_Cause_INSTRUCTION;
    case SG_FAULT_PROTECTION:
        return signet_supervisor_v1_Cause_PROTECTION;
    case SG_FAULT_ARITHMETIC:
        return signet_supervisor_v1_Cause_ARITHMETIC;
    case SG_FAULT_DEBUG:
        return signet_supervisor_v1_Cause_DEBUG;
    default:
        return signet_supervisor_v1_Cause_OTHER;
    }
}

static void symbolise(struct process *process)
{
    struct crash *crash = &process->crash;
    struct module_view file;
    if (module_open(process->init->boot, process->entry->module, &file) != SG_OK)
        return;
    if (!symbol_find(file.bytes, file.size_bytes, crash->fault.rip, &crash->symbol))
        crash->symbol.name[0] = '\0';
    module_close(process->init->boot, &file);
}

static void name_thread(struct process *process)
{
    struct crash *crash = &process->crash;
    struct thread_place place;
    if (!record_thread(record_read(process), crash->fault.rsp, crash->fault.address, &place))
        return;
    memcpy(crash->thread, place.name, sizeof crash->thread);
    if (place.is_overflow && crash->cause == signet_supervisor_v1_Cause_PAGE)
        crash->cause = signet_supervisor_v1_Cause_STACK;
}

void crash_record_fault(struct process *process, const struct sg_fault *fault)
{
    process->crash = (struct crash){
        .cause = cause_of(fault->cause), .time_ns = init_now_ns(process->init), .fault = *fault};
    if (fault->cause == SG_FAULT_EXIT)
        return;
    name_thread(process);
    symbolise(process);
}

void crash_record_end(struct process *process, signet_supervisor_v1_Cause cause)
{
    process->crash = (struct crash){.cause = cause, .time_ns = init_now_ns(process->init)};
}

bool crash_is_failure(const struct crash *crash)
{
    return crash->cause != signet_supervisor_v1_Cause_EXIT || crash->fault.code != 0;
}

static void describe_page(const struct sg_fault *fault, char *text, size_t size)
{
    const char *attempt = fault->code & PAGE_FAULT_FETCH   ? "executed"
                          : fault->code & PAGE_FAULT_WRITE ? "written"
                                                           : "read";
    snprintf(text, size, "page fault: 0x%llx may not be %s", (unsigned long long)fault->address,
             attempt);
}

static void describe(const struct crash *crash, char *text, size_t size)
{
    switch (crash->cause) {
    case signet_supervisor_v1_Cause_PAGE:
        describe_page(&crash->fault, text, size);
        break;
    case signet_supervisor_v1_Cause_STACK:
        snprintf(text, size, "stack overflow of thread %s", crash->thread);
        break;
    case signet_supervisor_v1_Cause_INSTRUCTION:
        snprintf(text, size, "invalid instruction");
        break;
    case signet_supervisor_v1_Cause_PROTECTION:
        snprintf(text, size, "general protection fault");
        break;
    case signet_supervisor_v1_Cause_ARITHMETIC:
        snprintf(text, size, "arithmetic fault");
        break;
    case signet_supervisor_v1_Cause_DEBUG:
        snprintf(text, size, "breakpoint");
        break;
    default:
        snprintf(text, size, "exception %llu", (unsigned long long)crash->fault.code);
    }
}

static void report_fault(const struct process *process)
{
    const struct crash *crash = &process->crash;
    char cause[80];
    describe(crash, cause, sizeof cause);
    report(signet_log_v1_Level_ERROR, "%s crashed: %s, at 0x%llx in %s+0x%llx, thread %s",
           process->entry->name, cause, (unsigned long long)crash->fault.rip,
           crash->symbol.name[0] ? crash->symbol.name : "no known function",
           (unsigned long long)crash->symbol.offset, crash->thread[0] ? crash->thread : "unknown");
}

/* What init ended a process for, 0 when it ended otherwise. */
static const char *reason(const struct process *process)
{
    switch (process->crash.cause) {
    case signet_supervisor_v1_Cause_KILLED:
        return "killed";
    case signet_supervisor_v1_Cause_NOT_READY_IN_TIME:
        return "ended: it did not say in time that it is ready";
    case signet_supervisor_v1_Cause_NO_ANSWER:
        return "ended: it did not answer in time";
    case signet_supervisor_v1_Cause_NOT_STOPPED:
        return "ended: it did not stop in time";
    default:
        return 0;
    }
}

void crash_report(const struct process *process)
{
    const struct crash *crash = &process->crash;
    if (reason(process))
        report(crash->cause == signet_supervisor_v1_Cause_KILLED ? signet_log_v1_Level_WARNING
                                                                 : signet_log_v1_Level_ERROR,
               "%s %s", process->entry->name, reason(process));
    else if (crash->cause == signet_supervisor_v1_Cause_EXIT)
        report(crash->fault.code ? signet_log_v1_Level_ERROR : signet_log_v1_Level_INFO,
               "%s exited with code %llu", process->entry->name,
               (unsigned long long)crash->fault.code);
    else
        report_fault(process);
}
