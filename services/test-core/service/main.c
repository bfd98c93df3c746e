/* SPDX-License-Identifier: BSD-2-Clause */
/* test-services: what the services of an image promise, checked by one of their clients. The argument
   `role` makes it one of the others that the checks need (roles.h). */
#include "report.h"
#include "roles.h"
#include "services.h"

#include <signet/startup.h>
#include <string.h>

static int check_all(void)
{
    services_begin();
    check_kv();
    check_clock();
    check_log();
    check_console();
    check_deaths();
    check_sessions();
    return report_end();
}

int main(void)
{
    static const struct {
        const char *name;
        int (*run)(void);
    } roles[] = {{"stranger", be_stranger}, {"visitor", be_visitor}, {"listener", be_listener}};
    const char *role = sg_argument("role");

    for (size_t i = 0; role != NULL && i < sizeof roles / sizeof roles[0]; i++) {
        if (strcmp(role, roles[i].name) == 0)
            return roles[i].run();
    }
    return check_all();
}
