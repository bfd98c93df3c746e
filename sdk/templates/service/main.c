/* SPDX-License-Identifier: BSD-2-Clause */
/* @name@: a service that greets, for you to make something better of. */
#include "@id@.h"

#include <signet/log.h>
#include <signet/ring.h>
#include <signet/service.h>

static struct @id@ state;
static struct sg_loop loop;

int main(void)
{
    struct sg_service service = {.loop = &loop};
    enum sg_status status;

    sg_loop_init(&loop, sg_own_ring());
    status = serve_@id@(&state, &loop);
    if (status == SG_OK)
        return sg_service_run(&service);
    sg_log(SG_LOG_ERROR, "@name@: %s", sg_status_text(status));
    return 1;
}
