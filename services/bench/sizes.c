/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory: what a process takes as init makes it, and what the kernel takes for an object of each type. */
#include <signet/frames.h>
#include <signet/object.h>
#include <signet/startup.h>
#include <signet/syscall.h>

#include "bench.h"

/* Each type as small as a process has it; pages that programs see are not counted. */
static const struct {
    const char *name;
    enum sg_type type;
    uint64_t parameter[3];
    uint32_t shared;
} objects[] = {
    {"bytes_cspace", SG_TYPE_CSPACE, {64}, 0},
    {"bytes_memory", SG_TYPE_MEMORY, {1}, 1},
    {"bytes_aspace", SG_TYPE_ASPACE, {8, 32}, 0},
    {"bytes_thread", SG_TYPE_THREAD, {0}, 0},
    {"bytes_sched", SG_TYPE_SCHED, {0}, 0},
    {"bytes_ring", SG_TYPE_RING, {32, 64, 8 | UINT64_C(0xff) << 32}, 8},
    {"bytes_endpoint", SG_TYPE_ENDPOINT, {0}, 0},
    {"bytes_notification", SG_TYPE_NOTIFICATION, {0}, 0},
};

static void measure_objects_bytes(void)
{
    for (uint32_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++) {
        struct sg_owned owned = {.frame_count = 0};
        uint64_t frames = 0;
        int64_t status = sg_owned_create(objects[i].type, objects[i].parameter, &owned);

        if (status >= 0)
            status = sg_info(owned.handle, SG_INFO_FRAMES, &frames);
        if (status >= 0)
            status = sg_owned_destroy(&owned);
        if (status < 0)
            report_failure(objects[i].name, status);
        else
            report(objects[i].name, (frames - objects[i].shared) * SG_PAGE_SIZE);
    }
}

void measure_sizes(void)
{
    struct sg_registers registers = {.operation = sg_operation_word(SG_OP_CALL, 0, 0, 0),
                                     .handle = sg_handle_word(sg_capability("size")),
                                     .deadline_ns = SG_FOREVER};

    sg_invoke(&registers);
    if (sg_registers_result(&registers) < 0) {
        report_failure("process", sg_registers_result(&registers));
        return;
    }
    report("process_bytes", registers.word[0] * SG_PAGE_SIZE);
    report("process_kernel_bytes", registers.word[1] * SG_PAGE_SIZE);
    measure_objects_bytes();
}
