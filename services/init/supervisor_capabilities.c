/* SPDX-License-Identifier: BSD-2-Clause */
/* The capability tables of processes, and of init, as they are at this moment. */
#include <stdio.h>
#include <string.h>

#include <signet/object.h>

#include "lookup.h"
#include "names.h"
#include "supervisor.h"
#include "supervisor/v1/supervisor.rpc.h"

/* A table being listed. */
struct table {
    const struct init *init;
    const struct process *process; /* 0: init's own */
    struct sg_handle cspace;
    uint32_t slot_count;
};

static uint64_t slot_field(const struct table *table, uint32_t index, enum sg_slot_field field)
{
    uint64_t value = 0;
    if (sg_cspace_read(table->cspace, index, field, &value) != SG_OK)
        return 0;
    return value;
}

/* What init put into a slot of a process, if it is still that. */
static const struct grant *find_grant(const struct process *process, struct sg_handle slot)
{
    for (uint32_t i = 0; i < process->instance.grant_count; i++) {
        const struct grant *grant = &process->instance.grant[i];
        if (grant->slot == slot.index && grant->generation == slot.generation)
            return grant;
    }
    return 0;
}

static void fill_names(const struct table *table, struct sg_handle slot, enum sg_type type,
                       signet_supervisor_v1_CapabilityRow *row)
{
    const struct grant *grant = table->process ? find_grant(table->process, slot) : 0;
    grant_methods(table->process, grant, type, row->rights, row->methods, sizeof row->methods);
    if (!table->process)
        own_slot_name(table->init, slot, row->name, row->peer, sizeof row->name);
    if (!grant)
        return;
    snprintf(row->name, sizeof row->name, "%s", grant_name(table->process, grant));
    grant_peer(table->process, grant, row->peer, sizeof row->peer);
}

static void fill_row(const struct table *table, uint32_t index, uint64_t type_word,
                     signet_supervisor_v1_CapabilityRow *row)
{
    enum sg_type type = (enum sg_type)(type_word & 0xff);
    struct sg_handle slot = {index, (uint32_t)(type_word >> 32)};
    row->index = index;
    row->rights = slot_field(table, index, SG_SLOT_RIGHTS);
    row->badge = slot_field(table, index, SG_SLOT_BADGE);
    row->live = slot_field(table, index, SG_SLOT_LIVE) != 0;
    snprintf(row->type, sizeof row->type, "%s", type_name(type));
    fill_names(table, slot, type, row);
}

static void list_slots(const struct table *table, uint32_t start,
                       signet_supervisor_v1_ListCapabilitiesReply *reply)
{
    uint32_t index = start;
    reply->slots = table->slot_count;
    reply->used = table->slot_count - (uint32_t)object_fact(table->cspace, SG_INFO_FREE);
    for (; index < table->slot_count; index++) {
        uint64_t type_word = slot_field(table, index, SG_SLOT_TYPE);
        if ((type_word & 0xff) == SG_TYPE_NONE)
            continue;
        if (reply->row_count == sizeof reply->row / sizeof reply->row[0])
            break;
        fill_row(table, index, type_word, &reply->row[reply->row_count++]);
    }
    reply->next = index < table->slot_count ? index : 0;
}

static signet_supervisor_v1_Result find_table(struct init *init, const char *name,
                                              struct table *table)
{
    const struct process *process = process_find(init, name);
    if (strcmp(name, MANIFEST_INIT_NAME) == 0) {
        *table = (struct table){init, 0, init->boot->cspace,
                                (uint32_t)object_fact(init->boot->cspace, SG_INFO_COUNT)};
        return signet_supervisor_v1_Result_DONE;
    }
    if (!process)
        return signet_supervisor_v1_Result_NO_SUCH_PROCESS;
    if (!process_is_alive(process))
        return signet_supervisor_v1_Result_NOT_RUNNING;
    *table = (struct table){init, process, process->instance.cspace, process->shape.cspace_slots};
    return signet_supervisor_v1_Result_DONE;
}

enum sg_rpc_status signet_supervisor_v1_Supervisor_ListCapabilities_handle(
    void *self, struct sg_call *call, const signet_supervisor_v1_ListCapabilitiesRequest *request,
    signet_supervisor_v1_ListCapabilitiesReply *reply)
{
    struct table table;
    (void)call;
    reply->result = find_table(self, request->process, &table);
    if (reply->result == signet_supervisor_v1_Result_DONE)
        list_slots(&table, request->start, reply);
    return SG_RPC_OK;
}
