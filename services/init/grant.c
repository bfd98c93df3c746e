/* SPDX-License-Identifier: BSD-2-Clause */
/* Exactly the capabilities the manifest names, with exactly the rights it names. */
#include <string.h>

#include <signet/object.h>

#include "construction.h"
#include "lookup.h"

#define SELF_ASPACE_RIGHTS \
    (SG_BIT(SG_ASPACE_MAP) | SG_BIT(SG_ASPACE_UNMAP) | SG_BIT(SG_ASPACE_BIND) | SG_BIT(SG_INFO))
#define SELF_CSPACE_RIGHTS (SG_BIT(SG_CSPACE_ACCEPT) | SG_BIT(SG_CSPACE_BIND) | SG_BIT(SG_INFO))
#define SELF_THREAD_RIGHTS \
    (SG_BIT(SG_THREAD_EXIT) | SG_BIT(SG_THREAD_YIELD) | SG_BIT(SG_THREAD_SET_TLS) | SG_BIT(SG_INFO))
#define SELF_UNTYPED_RIGHTS                                                            \
    (SG_BIT(SG_UNTYPED_CREATE) | SG_BIT(SG_UNTYPED_SPLIT) | SG_BIT(SG_UNTYPED_GRANT) | \
     SG_BIT(SG_INFO))
#define SELF_SCHED_RIGHTS (SG_BIT(SG_SCHED_LOWER) | SG_BIT(SG_INFO))
#define IOPORT_RIGHTS (SG_BIT(SG_IOPORT_IN) | SG_BIT(SG_IOPORT_OUT) | SG_BIT(SG_INFO))
#define IRQ_RIGHTS (SG_BIT(SG_IRQ_WAIT) | SG_BIT(SG_IRQ_ACK) | SG_BIT(SG_INFO))

/* A capability on its way into the new process. */
struct gift {
    enum grant_kind kind;
    uint32_t index; /* in the manifest's list of that kind */
    const char *name;
    enum sg_type type;
    uint64_t rights;
};

/* Remembers what a slot of the new process is for. */
static void note(struct construction *construction, const struct gift *gift,
                 struct sg_handle handle)
{
    struct instance *instance = construction->instance;
    if (instance->grant_count < PROCESS_GRANTS_MAX)
        instance->grant[instance->grant_count++] = (struct grant){
            handle.index, handle.generation, (uint8_t)gift->kind, (uint8_t)gift->index};
}

/* Lists a named capability in the startup block. */
static void list(struct construction *construction, const struct gift *gift,
                 struct sg_handle handle)
{
    struct sg_startup *startup = construction->startup;
    struct sg_startup_capability *entry = &startup->capability[startup->capability_count++];
    strncpy(entry->name, gift->name, sizeof entry->name - 1);
    entry->handle = handle;
    entry->rights = gift->rights;
    entry->type = gift->type;
}

/* Copies one of init's own capabilities into the new process. */
static enum sg_status give_copy(struct construction *construction, struct sg_handle source,
                                const struct gift *gift, struct sg_handle *given)
{
    enum sg_status status = sg_copy(source, gift->rights, construction->instance->cspace, given);
    if (status == SG_OK)
        note(construction, gift, *given);
    return status;
}

/* Hands over a capability made for the new process. */
static enum sg_status move(struct construction *construction, struct sg_handle source,
                           const struct gift *gift, struct sg_handle *given)
{
    enum sg_status status = sg_move(source, gift->rights, construction->instance->cspace, given);
    if (status == SG_OK)
        note(construction, gift, *given);
    else
        sg_release(source);
    return status;
}

/* Hands over a capability made for the new process, and lists it. */
static enum sg_status give_new(struct construction *construction, struct sg_handle source,
                               const struct gift *gift)
{
    struct sg_handle given;
    enum sg_status status = move(construction, source, gift, &given);
    if (status == SG_OK)
        list(construction, gift, given);
    return status;
}

#define GRANT_SELF_FAULT 7u /* after the parts below */

/* The process's own parts; their order is that of the GRANT_SELF indices. */
static enum sg_status grant_self(struct construction *construction)
{
    struct sg_startup *startup = construction->startup;
    const struct instance *instance = construction->instance;
    const struct {
        struct sg_handle source;
        uint64_t rights;
        struct sg_handle *given;
    } part[] = {
        {instance->cspace, SELF_CSPACE_RIGHTS, &startup->cspace},
        {construction->aspace, SELF_ASPACE_RIGHTS, &startup->aspace},
        {instance->thread, SELF_THREAD_RIGHTS, &startup->thread},
        {construction->ring, SG_BIT(SG_INFO), &startup->ring},
        {instance->untyped, SELF_UNTYPED_RIGHTS, &startup->untyped},
        {instance->sched, SELF_SCHED_RIGHTS, &startup->sched},
        {construction->lifecycle, SG_BIT(SG_ENDPOINT_RECV) | SG_BIT(SG_INFO), &startup->lifecycle},
    };
    for (uint32_t i = 0; i < sizeof part / sizeof part[0]; i++) {
        struct gift gift = {GRANT_SELF, i, 0, SG_TYPE_NONE, part[i].rights};
        enum sg_status status = give_copy(construction, part[i].source, &gift, part[i].given);
        if (status != SG_OK)
            return status;
    }
    return SG_OK;
}

/* What its further threads are bound to: it cannot be called, only named. */
static enum sg_status grant_fault(struct construction *construction)
{
    const struct process *process = construction->process;
    struct gift gift = {GRANT_SELF, GRANT_SELF_FAULT, 0, SG_TYPE_CLIENT, SG_BIT(SG_INFO)};
    struct sg_handle client;
    enum sg_status status = sg_endpoint_mint(process->init->fault_endpoint, process->number,
                                             gift.rights | SG_BIT(SG_MOVE), &client);
    if (status == SG_OK)
        status = move(construction, client, &gift, &construction->startup->fault);
    return status;
}

/* The endpoints it serves on; only init mints clients of them. */
static enum sg_status grant_provide(struct construction *construction, uint32_t index)
{
    const struct process *process = construction->process;
    const signet_manifest_v1_Provide *provide = &process->entry->provide[index];
    struct sg_startup *startup = construction->startup;
    struct sg_startup_service *service = &startup->service[startup->service_count++];
    struct gift gift = {GRANT_PROVIDE, index, 0, SG_TYPE_ENDPOINT,
                        SG_BIT(SG_ENDPOINT_RECV) | SG_BIT(SG_INFO)};
    strncpy(service->name, provide->name, sizeof service->name - 1);
    strncpy(service->interface, provide->interface, sizeof service->interface - 1);
    return give_copy(construction, process->endpoint[index], &gift, &service->endpoint);
}

static struct sg_handle endpoint_of(const struct init *init,
                                    const struct manifest_provider *provider)
{
    return provider->process == MANIFEST_INIT
               ? init->supervisor_endpoint
               : init->process[provider->process].endpoint[provider->provide];
}

/* A client capability whose badge says who calls. */
static enum sg_status grant_need(struct construction *construction, uint32_t index)
{
    const struct process *process = construction->process;
    const signet_manifest_v1_Need *need = &process->entry->need[index];
    struct manifest_provider provider;
    struct sg_handle client;
    struct gift gift = {GRANT_NEED, index, need->name, SG_TYPE_CLIENT,
                        need->rights | SG_BIT(SG_INFO)};
    if (!manifest_provider_find(process->init->manifest, need->provider, &provider))
        return SG_NOT_FOUND;
    enum sg_status status = sg_endpoint_mint(endpoint_of(process->init, &provider),
                                             sg_badge(process->number, process->instance_number),
                                             gift.rights | SG_BIT(SG_MOVE), &client);
    return status == SG_OK ? give_new(construction, client, &gift) : status;
}

static enum sg_status grant_ioport(struct construction *construction, uint32_t index)
{
    const signet_manifest_v1_IoPort *port = &construction->process->entry->ioport[index];
    struct gift gift = {GRANT_IOPORT, index, port->name, SG_TYPE_IOPORT, IOPORT_RIGHTS};
    const uint64_t parameter[3] = {sg_handle_word(construction->process->init->boot->ioport),
                                   port->first, port->count};
    struct sg_handle ioport;
    uint32_t offset;
    enum sg_status status =
        sg_object_create(&construction->frames, SG_TYPE_IOPORT, parameter, &ioport, &offset);
    return status == SG_OK ? give_new(construction, ioport, &gift) : status;
}

static enum sg_status grant_irq(struct construction *construction, uint32_t index)
{
    const signet_manifest_v1_Irq *irq = &construction->process->entry->irq[index];
    struct gift gift = {GRANT_IRQ, index, irq->name, SG_TYPE_IRQ, IRQ_RIGHTS};
    const uint64_t parameter[3] = {sg_handle_word(construction->process->init->boot->irq_control),
                                   irq->line, (uint64_t)irq->trigger};
    struct sg_handle handle;
    uint32_t offset;
    enum sg_status status =
        sg_object_create(&construction->frames, SG_TYPE_IRQ, parameter, &handle, &offset);
    return status == SG_OK ? give_new(construction, handle, &gift) : status;
}

static enum sg_status grant_cpu(struct construction *construction, uint32_t index)
{
    const signet_manifest_v1_Cpu *cpu = &construction->process->entry->cpu[index];
    struct gift gift = {GRANT_CPU, index, cpu->name, SG_TYPE_CPU, SG_BIT(SG_INFO)};
    struct sg_handle given;
    const struct sg_bootinfo *boot = construction->process->init->boot;
    if (cpu->number >= boot->cpu_count)
        return SG_OK; /* the manifest says that a machine need not have it */
    for (uint32_t i = 0; i < cpu->operation_count; i++)
        gift.rights |= SG_BIT(cpu->operation[i]);
    enum sg_status status = give_copy(construction, boot->cpu[cpu->number], &gift, &given);
    if (status == SG_OK)
        list(construction, &gift, given);
    return status;
}

typedef enum sg_status grant_function(struct construction *construction, uint32_t index);

static enum sg_status grant_each(struct construction *construction, grant_function *grant,
                                 uint32_t count)
{
    enum sg_status status = SG_OK;
    for (uint32_t i = 0; i < count && status == SG_OK; i++)
        status = grant(construction, i);
    return status;
}

enum sg_status grant_all(struct construction *construction)
{
    const signet_manifest_v1_Process *entry = construction->process->entry;
    enum sg_status status = grant_self(construction);
    if (status == SG_OK)
        status = grant_fault(construction);
    if (status == SG_OK)
        status = grant_each(construction, grant_provide, entry->provide_count);
    if (status == SG_OK)
        status = grant_each(construction, grant_need, entry->need_count);
    if (status == SG_OK)
        status = grant_each(construction, grant_ioport, entry->ioport_count);
    if (status == SG_OK)
        status = grant_each(construction, grant_irq, entry->irq_count);
    if (status == SG_OK)
        status = grant_each(construction, grant_cpu, entry->cpu_count);
    return status;
}
