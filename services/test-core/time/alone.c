/* SPDX-License-Identifier: BSD-2-Clause */
/* test-alone: a thread that has a CPU to itself is never interrupted, whatever the others do. Two things
   say so: the CPU's count of interrupts, and the event ring, in which nothing happens on that CPU. Then
   it shares the CPU with another, and both tell of what happens there: they would have before. Booted by
   ci/boot/shares.py on three CPUs. */
#include <inttypes.h>

#include <signet/event.h>
#include <signet/startup.h>

#include "checks.h"
#include "own.h"
#include "report.h"
#include "supervisor/v1/supervisor.rpc.h"

#define HOGS 4u
#define STEPS 15u
#define SHARED_STEPS 5u
#define STEP_NS (10 * MS_NS)

static volatile bool is_over;
static volatile uint64_t turns; /* of the thread that is alone */

static int run_alone(void *argument)
{
    (void)argument;
    while (!is_over)
        turns++;
    return 0;
}

/* What was seen for a while. */
struct seen {
    uint64_t interrupts, nudges; /* of the CPU */
    uint64_t turns;
    uint64_t events, others; /* on the CPU; on all others */
};

static uint64_t ask(struct sg_handle cpu, enum sg_info selector)
{
    uint64_t value = 0;

    report_step("alone/cpu", sg_info(cpu, selector, &value));
    return value;
}

static void pause_for(uint64_t duration_ns)
{
    struct sg_owned silence = own_create(SG_TYPE_NOTIFICATION, 0, 0, 0);

    (void)sg_notification_wait(silence.handle, own_now_ns() + duration_ns, NULL);
    (void)sg_owned_destroy(&silence);
}

static void count_events(struct sg_event_reader *reader, uint64_t cpu, struct seen *seen)
{
    struct sg_event event;

    while (sg_event_next(reader, &event))
        if (event.cpu == cpu)
            seen->events++;
        else
            seen->others++;
}

/* Records everything for a while. Nothing is unmapped meanwhile: who runs in an address space has to
   hear of that. */
static struct seen watch(struct sg_event_reader *reader, struct sg_handle cpu, uint32_t steps)
{
    struct seen seen = {.turns = turns,
                        .interrupts = ask(cpu, SG_INFO_INTERRUPTS),
                        .nudges = ask(cpu, SG_INFO_NUDGES)};
    uint64_t number = ask(cpu, SG_INFO_COUNT);

    sg_event_last(reader, 0);
    report_step("alone/record", sg_cpu_record(sg_capability("cpu"), SG_EVENTS_ALL));
    for (uint32_t i = 0; i < steps; i++) {
        pause_for(STEP_NS);
        count_events(reader, number, &seen);
    }
    report_step("alone/record no more", sg_cpu_record(sg_capability("cpu"), 0));
    seen.turns = turns - seen.turns;
    seen.interrupts = ask(cpu, SG_INFO_INTERRUPTS) - seen.interrupts;
    seen.nudges = ask(cpu, SG_INFO_NUDGES) - seen.nudges;
    report_equal("alone/every event was read", 0, reader->lost);
    report_note("%" PRIu64 " interrupts, %" PRIu64 " events there, %" PRIu64 " elsewhere, %" PRIu64
                " turns",
                seen.interrupts, seen.events, seen.others, seen.turns);
    return seen;
}

static void open_events(struct sg_event_reader *reader)
{
    const signet_supervisor_v1_EventsRequest request = signet_supervisor_v1_EventsRequest_init_zero;
    signet_supervisor_v1_EventsReply reply;

    report_result(
        "alone/events", "SG_RPC_OK",
        signet_supervisor_v1_Supervisor_Events(sg_capability("supervisor"), &request, &reply));
    report_step("alone/map events", sg_event_open(reader, reply.events.handle));
}

/* Has the CPU kept for a thread as soon as all others have left it. */
static void keep(struct sg_handle cpu, struct sg_thread *thread)
{
    enum sg_status status = SG_AGAIN;

    for (uint32_t i = 0; i < STEPS && status == SG_AGAIN; i++) {
        status = sg_cpu_keep(cpu, sg_thread_sched(thread));
        pause_for(STEP_NS);
    }
    report_status("alone/the CPU is kept", SG_OK, status);
}

int main(void)
{
    struct hog hog[HOGS] = {{.placement = {.class = SG_CLASS_NORMAL, .weight = 100}},
                            {.placement = {.class = SG_CLASS_NORMAL, .weight = 200}},
                            {.placement = {.class = SG_CLASS_NORMAL, .weight = 100}},
                            {.placement = {.class = SG_CLASS_NORMAL, .weight = 100}}};
    const struct sg_thread_options options = {.name = "alone"};
    struct sg_handle cpu = sg_capability("kept");
    struct sg_event_reader reader;
    struct sg_thread *thread;

    open_events(&reader);
    report_step("alone/create", sg_thread_create(&options, run_alone, NULL, &thread));
    hogs_begin(hog, HOGS); /* they are on every CPU by now */
    pause_for(STEP_NS);
    keep(cpu, thread);
    struct seen alone = watch(&reader, cpu, STEPS);
    report_equal("alone/it ran", 1, alone.turns > 0);
    report_equal("alone/no interrupt", 0, alone.interrupts);
    report_equal("alone/nor one by another CPU", 0, alone.nudges);
    report_equal("alone/nothing happened there", 0, alone.events);
    report_equal("alone/but elsewhere", 1, alone.others > STEPS);
    report_step("alone/share", sg_cpu_share(cpu));
    report_step("alone/pin another", sg_cpu_pin(cpu, sg_thread_sched(hog[0].thread)));
    struct seen shared = watch(&reader, cpu, SHARED_STEPS);
    report_equal("alone/shared it is interrupted", 1, shared.interrupts > 0);
    report_equal("alone/and threads change there", 1, shared.events > 0);
    is_over = true;
    hogs_end(hog, HOGS);
    report_step("alone/join", sg_thread_join(thread, &(int){0}));
    sg_event_close(&reader);
    return report_end();
}
