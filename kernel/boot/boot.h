/* SPDX-License-Identifier: BSD-2-Clause */
/* From what the machine is to the first thread: frame table, untypeds, init. */
#pragma once

#include "boot/machine.h"
#include "object/thread.h"

/* Builds everything and returns the thread to resume. Stops the machine with a reason when it cannot.
   Memory in the machine's ranges is in the direct map. */
struct thread *kernel_boot(const struct boot_machine *machine);
