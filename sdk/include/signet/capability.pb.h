/* SPDX-License-Identifier: BSD-2-Clause */
/* The structs of signet/capability.proto, in the place and form of a header that Nanopb makes: to
   Nanopb these messages are empty, to C each holds a handle. */
#pragma once

#include <pb.h>

#include "abi/handle.h"

/* Names and form are Nanopb's. */
#define SG_CAPABILITY_KINDS(X) \
    X(Untyped)                 \
    X(Cspace)                  \
    X(Lease)                   \
    X(Memory)                  \
    X(Aspace)                  \
    X(Thread)                  \
    X(Sched)                   \
    X(Cpu)                     \
    X(Ring)                    \
    X(Endpoint)                \
    X(Client)                  \
    X(Notification)            \
    X(Irq)                     \
    X(Ioport)

#define SG_CAPABILITY_DECLARE(kind) \
    typedef struct signet_##kind {  \
        struct sg_handle handle;    \
    } signet_##kind;                \
    extern const pb_msgdesc_t signet_##kind##_msg;

SG_CAPABILITY_KINDS(SG_CAPABILITY_DECLARE)

#define SG_CAPABILITY_NONE \
    {                      \
        {                  \
            0, 0           \
        }                  \
    }

#define signet_Untyped_init_default SG_CAPABILITY_NONE
#define signet_Cspace_init_default SG_CAPABILITY_NONE
#define signet_Lease_init_default SG_CAPABILITY_NONE
#define signet_Memory_init_default SG_CAPABILITY_NONE
#define signet_Aspace_init_default SG_CAPABILITY_NONE
#define signet_Thread_init_default SG_CAPABILITY_NONE
#define signet_Sched_init_default SG_CAPABILITY_NONE
#define signet_Cpu_init_default SG_CAPABILITY_NONE
#define signet_Ring_init_default SG_CAPABILITY_NONE
#define signet_Endpoint_init_default SG_CAPABILITY_NONE
#define signet_Client_init_default SG_CAPABILITY_NONE
#define signet_Notification_init_default SG_CAPABILITY_NONE
#define signet_Irq_init_default SG_CAPABILITY_NONE
#define signet_Ioport_init_default SG_CAPABILITY_NONE

#define signet_Untyped_init_zero SG_CAPABILITY_NONE
#define signet_Cspace_init_zero SG_CAPABILITY_NONE
#define signet_Lease_init_zero SG_CAPABILITY_NONE
#define signet_Memory_init_zero SG_CAPABILITY_NONE
#define signet_Aspace_init_zero SG_CAPABILITY_NONE
#define signet_Thread_init_zero SG_CAPABILITY_NONE
#define signet_Sched_init_zero SG_CAPABILITY_NONE
#define signet_Cpu_init_zero SG_CAPABILITY_NONE
#define signet_Ring_init_zero SG_CAPABILITY_NONE
#define signet_Endpoint_init_zero SG_CAPABILITY_NONE
#define signet_Client_init_zero SG_CAPABILITY_NONE
#define signet_Notification_init_zero SG_CAPABILITY_NONE
#define signet_Irq_init_zero SG_CAPABILITY_NONE
#define signet_Ioport_init_zero SG_CAPABILITY_NONE
