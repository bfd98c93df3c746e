/* SPDX-License-Identifier: BSD-2-Clause */
#include "own.h"
#include "report.h"
#include "services.h"

#define PATIENCE_NS UINT64_C(20000000000)

static struct sg_loop loop;

void services_begin(void)
{
    sg_loop_init(&loop, sg_own_ring());
}

struct sg_loop *services_loop(void)
{
    return &loop;
}

void services_step(uint64_t pause_ns)
{
    enum sg_status status = sg_loop_step(&loop, own_now_ns() + pause_ns);

    if (status != SG_OK && status != SG_TIMED_OUT)
        report_status("services/step", SG_OK, status);
}

struct sg_result services_wait(const struct sg_async *async)
{
    uint64_t until_ns = own_now_ns() + PATIENCE_NS;

    while (sg_async_is_in_flight(async) && own_now_ns() < until_ns)
        services_step(PATIENCE_NS);
    if (sg_async_is_in_flight(async))
        return (struct sg_result){.transport = SG_BUSY};
    return async->result;
}
