/* SPDX-License-Identifier: BSD-2-Clause */
/* The services this shell may call, and what they say about themselves. */
#include "shell.h"

#include "abi/object.h"

#include <signet/rpc.h>
#include <stdio.h>
#include <string.h>

#define DESCRIPTOR_BYTES_MAX 8192u

static const struct sg_startup_capability *find_client(const char *name)
{
    const struct sg_startup *startup = sg_startup_block();

    for (uint32_t i = 0; startup != NULL && i < startup->capability_count; i++)
        if (startup->capability[i].type == SG_TYPE_CLIENT &&
            strcmp(startup->capability[i].name, name) == 0)
            return &startup->capability[i];
    return NULL;
}

bool shell_service(struct shell *shell, const char *name, struct sg_handle *service)
{
    const struct sg_startup_capability *found = find_client(name);

    if (found != NULL) {
        *service = found->handle;
        return true;
    }
    output_print(&shell->output, "%s: found no such service, expected one of", name);
    for (uint32_t i = 0; i < sg_startup_block()->capability_count; i++)
        if (sg_startup_block()->capability[i].type == SG_TYPE_CLIENT)
            output_print(&shell->output, " %s", sg_startup_block()->capability[i].name);
    output_print(&shell->output, "; the manifest says which this shell may call\n");
    return false;
}

bool shell_call_failed(struct shell *shell, const char *what, struct sg_result result)
{
    output_print(&shell->output, "%s: %s: %s\n", what, sg_result_name(result),
                 sg_result_text(result));
    return false;
}

/* A server's interface changes only with its image, so asking once is enough. */
static struct sg_result describe(struct shell *shell, const char *name, struct sg_handle service)
{
    static uint8_t descriptor[DESCRIPTOR_BYTES_MAX];
    struct sg_result result = {SG_OK, SG_RPC_OK};
    uint32_t length;

    if (strcmp(shell->described, name) == 0)
        return result;
    shell->described[0] = 0;
    result = sg_rpc_describe(service, descriptor, sizeof descriptor, &length);
    if (!sg_succeeded(result))
        return result;
    if (!sg_schema_read(&shell->schema, descriptor, length))
        return (struct sg_result){SG_OK, SG_RPC_BAD_MESSAGE};
    snprintf(shell->described, sizeof shell->described, "%s", name);
    return result;
}

bool shell_describe(struct shell *shell, const char *name, struct sg_handle service)
{
    char what[SG_NAME_MAX + 16];
    struct sg_result result = describe(shell, name, service);

    snprintf(what, sizeof what, "%s.DESCRIBE", name);
    return sg_succeeded(result) || shell_call_failed(shell, what, result);
}

bool shell_describe_quietly(struct shell *shell, const char *name)
{
    const struct sg_startup_capability *found = find_client(name);

    return found != NULL && sg_succeeded(describe(shell, name, found->handle));
}
