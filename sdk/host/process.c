/* SPDX-License-Identifier: BSD-2-Clause */
/* What the process was granted, as init would have written it into the startup block. */
#include "process.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "abi/ring.h"
#include "signet/log.h"
#include "signet/object.h"
#include "signet/startup.h"
#include "start/process.h"

#define SLOTS_MAX 64u

static struct sg_startup startup;
static struct test_slot slots[SLOTS_MAX];
static uint32_t slot_count;
static struct sg_loop *serving;
static _Alignas(4096) uint8_t ring[TEST_PAGES * 4096];

/* What a loop allocates lives as long as its thread, and every test has a new loop. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:sg_loop_\n"
           "leak:sg_service_begin\n";
}

struct test_slot *test_slot(struct sg_handle handle)
{
    if (handle.index == 0 || handle.index > slot_count || handle.generation != 1)
        return NULL;
    return &slots[handle.index - 1];
}

uint8_t *test_ring(void)
{
    return ring;
}

struct sg_loop *test_loop(void)
{
    return serving;
}

void sg_test_loop(struct sg_loop *loop)
{
    serving = loop;
}

static void print_line(enum sg_log_level level, const char *text, size_t length)
{
    fprintf(stderr, "log %d: %.*s\n", (int)level, (int)length, text);
}

/* The library reads the block once, at the start of a process: what it keeps of it is read again
   when that changes. */
static void read_startup(void)
{
    startup.magic = SG_STARTUP_MAGIC;
    startup.abi_major = SG_ABI_MAJOR;
    startup.abi_minor = SG_ABI_MINOR;
    startup.size_bytes = sizeof startup;
    startup.process_number = 1;
    startup.ring_address = (uintptr_t)ring;
    startup.ring_submissions = TEST_SUBMISSIONS;
    startup.ring_completions = TEST_COMPLETIONS;
    startup.ring_pages = TEST_PAGES;
    memcpy(startup.name, "test", sizeof "test");
    assert_int_equal(process_begin(&startup), 0);
}

void sg_test_begin(void)
{
    memset(&startup, 0, sizeof startup);
    memset(slots, 0, sizeof slots);
    memset(ring, 0, sizeof ring);
    slot_count = 0;
    serving = NULL;
    test_kernel_begin();
    read_startup();
    sg_log_set_sink(print_line);
}

static struct sg_handle add_slot(struct test_slot slot)
{
    assert_true(slot_count < SLOTS_MAX);
    slots[slot_count++] = slot;
    return (struct sg_handle){slot_count, 1};
}

static void put_name(char name[SG_NAME_MAX], const char *text)
{
    assert_true(strlen(text) < SG_NAME_MAX);
    memset(name, 0, SG_NAME_MAX);
    memcpy(name, text, strlen(text));
}

void sg_test_argument(const char *key, const char *value)
{
    assert_true(startup.argument_count < SG_STARTUP_ARGUMENTS_MAX);
    struct sg_startup_argument *argument = &startup.argument[startup.argument_count++];

    put_name(argument->key, key);
    assert_true(strlen(value) < SG_ARGUMENT_VALUE_MAX);
    memcpy(argument->value, value, strlen(value) + 1);
}

struct sg_handle sg_test_provide(const char *name)
{
    assert_true(startup.service_count < SG_STARTUP_SERVICES_MAX);
    struct sg_startup_service *service = &startup.service[startup.service_count++];

    put_name(service->name, name);
    service->endpoint = add_slot((struct test_slot){.kind = TEST_ENDPOINT});
    return service->endpoint;
}

struct sg_handle sg_test_client(struct sg_handle endpoint, uint64_t badge, uint64_t rights)
{
    struct test_slot *slot = test_slot(endpoint);

    assert_non_null(slot);
    return add_slot((struct test_slot){
        .kind = TEST_CLIENT, .badge = badge, .rights = rights, .endpoint = slot});
}

struct sg_handle sg_test_supervisor(void)
{
    startup.lifecycle = add_slot((struct test_slot){.kind = TEST_ENDPOINT});
    return sg_test_client(startup.lifecycle, 0, UINT64_MAX);
}

static struct sg_handle grant(const char *name, enum sg_type type, struct test_slot slot)
{
    assert_true(startup.capability_count < SG_STARTUP_CAPABILITIES_MAX);
    struct sg_startup_capability *capability = &startup.capability[startup.capability_count++];

    put_name(capability->name, name);
    capability->handle = add_slot(slot);
    capability->rights = UINT64_MAX;
    capability->type = type;
    return capability->handle;
}

struct sg_handle sg_test_object(const char *name, enum sg_type type, sg_test_answer *answer,
                                void *self)
{
    return grant(name, type,
                 (struct test_slot){.kind = TEST_OBJECT, .answer = answer, .self = self});
}

void sg_test_expect(struct sg_result result, const char *name)
{
    assert_string_equal(sg_result_name(result), name);
}

static enum sg_status tell_time(void *self, uint16_t method, const uint64_t argument[5],
                                uint64_t *value)
{
    (void)self;
    (void)argument;
    if (method != SG_CPU_NOW)
        return SG_DENIED;
    *value = test_now();
    return SG_OK;
}

struct sg_handle sg_test_clock(const char *name)
{
    struct sg_handle clock = sg_test_object(name, SG_TYPE_CPU, tell_time, NULL);

    read_startup();
    return clock;
}

struct sg_handle sg_test_irq(const char *name)
{
    return grant(name, SG_TYPE_IRQ, (struct test_slot){.kind = TEST_IRQ});
}

int sg_test_is_armed(struct sg_handle irq)
{
    const struct test_slot *slot = test_slot(irq);

    assert_non_null(slot);
    return slot->is_armed;
}
