/* SPDX-License-Identifier: BSD-2-Clause */
/* A process as the supervisor sees it: it says when it is ready, answers when it is asked whether it
   is alive, stops when it is asked to, writes as much to the log as it is told, and hears of clients
   that are gone. All of it arrives in the process's loop as calls of lifecycle/v1, of which a program
   notices as much as it wants to. A typical main():

       struct sg_loop loop;
       struct sg_service service = {.loop = &loop, .sessions = &sessions};

       sg_loop_init(&loop, sg_own_ring());
       if (sg_loop_serve(&loop, sg_provided("kv"), &signet_kv_v1_Kv_interface, &store) != SG_OK)
           return EXIT_FAILURE;
       return sg_service_run(&service);
*/
#pragma once

#include <stdbool.h>

#include "signet/loop.h"
#include "signet/session.h"
#include "signet/status.h"

struct sg_service {
    struct sg_loop *loop;
    /* All of these may be left out. */
    struct sg_sessions *sessions; /* that end with their clients */
    /* Asked to end: it finishes what it does, then calls sg_loop_stop. Left out: sg_loop_finish. */
    void (*stop)(struct sg_service *service);
    /* A client process has ended, in this instance and those before it. */
    void (*client_gone)(struct sg_service *service, uint32_t process, uint32_t instance);
    bool is_ready_later; /* it calls sg_service_ready; else it is ready when its loop runs */
    /* The library's. */
    struct sg_held_call start;
    bool is_start_held;
};

/* Answers the supervisor from now on, in service->loop; for a program that runs its loop itself. A
   process that no supervisor watches has nothing to answer, and that is no failure. */
SG_MUST_USE enum sg_status sg_service_begin(struct sg_service *service);

/* Says that the process is ready, when is_ready_later was set. */
void sg_service_ready(struct sg_service *service);

/* Begins, and runs the loop until the process was asked to stop (0) or its loop failed, which it logs
   (1). The value is main's to return. */
SG_MUST_USE int sg_service_run(struct sg_service *service);
