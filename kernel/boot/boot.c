/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/boot.h"

#include "boot/init_process.h"
#include "boot/memory.h"
#include "object/sched.h"
#include "syscall/entry.h"

struct thread *kernel_boot(const struct boot_machine *from)
{
    struct memory_plan plan;

    if (from->module_count == 0)
        arch_panic("boot: modules: found none, expected init first");
    if (boot_memory_plan(from, init_process_frames(from), &plan) != SG_OK)
        arch_panic("boot: memory: too little for the frame table, init and the modules");
    machine_init(from->cpu_count);
    machine.memory_frames = from->memory_frames;
    machine.frames = (struct frames){arch_frame_pointer(plan.table.first), plan.frame_count};
    frames_init(&machine.frames, plan.main.first, plan.main.count);
    init_process_create(from, &plan);
    return kernel_next();
}
