/* SPDX-License-Identifier: BSD-2-Clause */
/* A device on an edge or a level line, the pin of the interrupt controller, the CPU that takes the
   interrupt, and a driver on another CPU that waits, serves the device and acknowledges. An edge that
   meets a masked pin is lost in hardware.

   Properties:
     ends       what the device raised after the driver looked wakes the driver again
     once       an interrupt is delivered at most once until it is acknowledged
     closed     none is delivered after the line was closed

   Bounds: 1 line, edge or level, 3 reasons to interrupt.

   Stands for:
     kernel/arch/x86_64/ioapic.c: arch_irq_open, arch_irq_close, arch_irq_mask, arch_irq_unmask,
       arch_irq_arrived
     kernel/object/irq.c: irq_create, irq_deliver, irq_call, irq_dismantle
     kernel/object/notification.c: notification_wait, notification_post
     kernel/syscall/entry.c: deliver, kernel_interrupt, kernel_interrupt_user */

#include "property.h"
hidden byte once, closed;

#define EVENTS 3

bool is_level;
bool has_work, is_device_done;

bool is_pin_masked = true, is_in_service; /* level: sent and not ended */
bool is_requested;                        /* at the CPU */

bool is_locked, is_open = true, is_armed, is_pending; /* struct route */
bool is_masked = true;                                /* struct irq */
bool is_signalled, is_gone;

#define LOCK() atomic { !is_locked -> is_locked = true }
#define UNLOCK() is_locked = false

active proctype device()
{
    byte events;

    if
    :: is_level = true
    :: skip
    fi;
    do
    :: events == EVENTS -> break
    :: atomic {
        events < EVENTS ->
        events++;
        has_work = true;
        if
        :: !is_level && !is_pin_masked -> is_requested = true
        :: else
        fi
       }
    od;
    is_device_done = true
}

/* A level line asks as long as it may and there is a reason. */
active proctype pin()
{
end:
    do
    :: d_step {
        is_level && has_work && !is_pin_masked && !is_in_service ->
        is_in_service = true;
        is_requested = true
       }
    od
}

active proctype cpu()
{
    bool was_armed;

end:
    do
    :: atomic { is_requested && !is_locked -> is_locked = true; is_requested = false }
        was_armed = is_armed;
        if
        :: is_open ->
            is_armed = false;
            is_pending = !is_level && !was_armed;
            if
            :: !is_level && was_armed
            :: else -> is_pin_masked = true
            fi
        :: else
        fi;
        is_in_service = false;
        if
        :: is_open && was_armed ->
            HOLDS(closed, !is_gone);
            HOLDS(once, !is_masked);
            is_masked = true;
            is_signalled = true
        :: else
        fi;
        UNLOCK();
        was_armed = false
    od
}

inline acknowledge()
{
    LOCK();
    if
    :: is_masked ->
        is_masked = false;
        is_armed = true;
        is_pin_masked = false;
        if
        :: is_pending ->
            is_pending = false;
            is_requested = true
        :: else
        fi
    :: else
    fi;
    UNLOCK()
}

active proctype driver()
{
    bool has_looked;

    do
    :: acknowledge();
        if
        :: !has_looked -> has_looked = true /* what came while the line was masked */
        :: atomic { has_looked && is_signalled && !is_locked -> is_signalled = false }
        :: atomic { has_looked && is_device_done && !has_work && !is_signalled -> break }
        fi;
        has_work = false /* served: what comes from here on is a new reason */
    od;
    LOCK();
    d_step { is_armed = false; is_open = false }
    is_pin_masked = true;
    is_gone = true;
    UNLOCK()
}
