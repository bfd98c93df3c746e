/* SPDX-License-Identifier: BSD-2-Clause */
/* Every kernel operation as a function. A function that names no cspace works in the caller's own;
   results are written on SG_OK only. */
#pragma once

#include <stdint.h>

#include "abi/handle.h"
#include "abi/object.h"
#include "signet/status.h"

/* Is this the handle that names nothing? */
static inline int sg_handle_is_none(struct sg_handle handle)
{
    return handle.index == 0 && handle.generation == 0;
}

/* Puts a second capability with at most `rights` into a cspace (SG_HANDLE_NONE: one's own). */
SG_MUST_USE enum sg_status sg_copy(struct sg_handle handle, uint64_t rights,
                                   struct sg_handle cspace, struct sg_handle *copy);
/* Moves the capability, with at most `rights`, to a cspace (SG_HANDLE_NONE: one's own). */
SG_MUST_USE enum sg_status sg_move(struct sg_handle handle, uint64_t rights,
                                   struct sg_handle cspace, struct sg_handle *moved);
/* Makes a lease on the capability in the frame at `offset` of an untyped. */
SG_MUST_USE enum sg_status sg_lease(struct sg_handle handle, uint64_t rights,
                                    struct sg_handle untyped, uint64_t offset,
                                    struct sg_handle *lease);
/* Makes a capability to the lease's target that dies with the lease. */
SG_MUST_USE enum sg_status sg_lease_derive(struct sg_handle lease, uint64_t rights,
                                           struct sg_handle *derived);
/* Destroys the object; returns when its frames are free again. */
SG_MUST_USE enum sg_status sg_destroy(struct sg_handle handle);
/* Asks one fact about the capability or its object. */
SG_MUST_USE enum sg_status sg_info(struct sg_handle handle, enum sg_info selector, uint64_t *value);
/* Empties the slot; the object stays. */
enum sg_status sg_release(struct sg_handle handle);

/* Makes an object from the free frames at `offset`; parameters as in enum sg_untyped_operation. */
SG_MUST_USE enum sg_status sg_untyped_create(struct sg_handle untyped, enum sg_type type,
                                             uint64_t offset, const uint64_t parameter[3],
                                             struct sg_handle *object);
/* Makes a child untyped whose ledger is the frame at `offset`. */
SG_MUST_USE enum sg_status sg_untyped_split(struct sg_handle untyped, uint64_t offset,
                                            struct sg_handle *child);
/* Gives the child the `count` frames right after its end; all of them or an error. */
SG_MUST_USE enum sg_status sg_untyped_grant(struct sg_handle untyped, struct sg_handle child,
                                            uint64_t count);

/* Empties a slot of that cspace. */
SG_MUST_USE enum sg_status sg_cspace_delete(struct sg_handle cspace, struct sg_handle inner);
/* Reads one field of one slot. */
SG_MUST_USE enum sg_status sg_cspace_read(struct sg_handle cspace, uint32_t index,
                                          enum sg_slot_field field, uint64_t *value);

/* Maps pages of a memory (or a ring's shared part) at a free address; permissions are
 * sg_permission. */
SG_MUST_USE enum sg_status sg_aspace_map(struct sg_handle aspace, struct sg_handle memory,
                                         uint64_t address, uint32_t first_page, uint32_t page_count,
                                         uint32_t permissions, uint32_t *region);
/* Unmaps one region. */
SG_MUST_USE enum sg_status sg_aspace_unmap(struct sg_handle aspace, uint32_t region);

struct sg_thread_binding {
    struct sg_handle aspace, cspace, ring, sched, fault;
};

/* Gives a stopped thread everything it runs with. */
SG_MUST_USE enum sg_status sg_thread_bind(struct sg_handle thread,
                                          const struct sg_thread_binding *binding);
/* Starts a thread at `entry` with `argument` in its first argument register. */
SG_MUST_USE enum sg_status sg_thread_start(struct sg_handle thread, uint64_t entry, uint64_t stack,
                                           uint64_t argument, uint64_t tls);
/* Stops a thread; what it waits for is cancelled. */
SG_MUST_USE enum sg_status sg_thread_stop(struct sg_handle thread);
/* Ends the calling thread and tells its supervisor `code`. */
_Noreturn void sg_thread_exit(uint64_t code);
/* Lets another thread of the same class run. */
void sg_thread_yield(void);
/* Sets the calling thread's TLS base. */
SG_MUST_USE enum sg_status sg_thread_set_tls(uint64_t base);

/* Lowers a sched's class and weight; neither may rise. */
SG_MUST_USE enum sg_status sg_sched_lower(struct sg_handle sched, enum sg_class class,
                                          uint32_t weight);
struct sg_placement {
    enum sg_class class;
    uint32_t weight;
    uint64_t budget_ns, period_ns; /* realtime only, else 0 */
};
/* Sets a sched's class, weight and budget, and lets it run on this CPU too. */
SG_MUST_USE enum sg_status sg_cpu_place(struct sg_handle cpu, struct sg_handle sched,
                                        const struct sg_placement *placement);
/* Lets a sched run on this CPU only. */
SG_MUST_USE enum sg_status sg_cpu_pin(struct sg_handle cpu, struct sg_handle sched);
/* Pins a sched to this CPU, which no other that may run elsewhere uses from then on. */
SG_MUST_USE enum sg_status sg_cpu_keep(struct sg_handle cpu, struct sg_handle sched);
/* Lets everybody use this CPU again. */
SG_MUST_USE enum sg_status sg_cpu_share(struct sg_handle cpu);
/* Monotonic time since boot. */
SG_MUST_USE enum sg_status sg_cpu_now(struct sg_handle cpu, uint64_t *now_ns);
/* Chooses what the kernel records of the whole machine (abi/event.h): bit n stands for kind n. */
SG_MUST_USE enum sg_status sg_cpu_record(struct sg_handle cpu, uint32_t kinds);

/* Makes a client capability with a badge and a method mask. */
SG_MUST_USE enum sg_status sg_endpoint_mint(struct sg_handle endpoint, uint64_t badge,
                                            uint64_t rights, struct sg_handle *client);

/* Adds one to the counter. */
SG_MUST_USE enum sg_status sg_notification_signal(struct sg_handle notification);
/* Takes the counter; waits while it is 0. */
SG_MUST_USE enum sg_status sg_notification_wait(struct sg_handle notification, uint64_t deadline_ns,
                                                uint64_t *count);
/* Takes the count of interrupts since the last wait; waits while there was none. */
SG_MUST_USE enum sg_status sg_irq_wait(struct sg_handle irq, uint64_t deadline_ns, uint64_t *count);
/* Lets the line interrupt again. */
SG_MUST_USE enum sg_status sg_irq_ack(struct sg_handle irq);

/* Reads a port of 1, 2 or 4 bytes. */
SG_MUST_USE enum sg_status sg_ioport_in(struct sg_handle ioport, uint16_t port, uint32_t width,
                                        uint32_t *value);
/* Writes a port of 1, 2 or 4 bytes. */
SG_MUST_USE enum sg_status sg_ioport_out(struct sg_handle ioport, uint16_t port, uint32_t width,
                                         uint32_t value);

/* Sleeps while the word at `offset` of the memory holds `expected`. */
SG_MUST_USE enum sg_status sg_futex_wait(struct sg_handle memory, uint64_t offset,
                                         uint32_t expected, uint64_t deadline_ns);
/* Wakes up to `count` sleepers of that word. */
SG_MUST_USE enum sg_status sg_futex_wake(struct sg_handle memory, uint64_t offset, uint32_t count,
                                         uint32_t *woken);
