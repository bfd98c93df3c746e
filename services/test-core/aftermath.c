/* SPDX-License-Identifier: BSD-2-Clause */
/* Seen to fail: an object whose frame is not given back when it is destroyed, regions and page tables
   that are not (ledger), a notification that counts one too many (held), and vector state that is not
   saved for who is interrupted (bystander). */
#include "aftermath.h"

#include "accounts.h"
#include "own.h"
#include "report.h"

#include "bystander/v1/bystander.rpc.h"
#include "echo/v1/echo.rpc.h"

#include <inttypes.h>
#include <signet/startup.h>
#include <signet/thread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define PATIENCE_NS UINT64_C(60000000000)
#define PAUSE_NS UINT64_C(1000000)
#define PATTERN UINT64_C(0x0123456789abcdef)

enum entry {
    SLOTS,
    FRAMES,
    IN_FLIGHT,
    REGIONS,
    TABLES,
    ARENA,
    CAPS,
    FREE_KIB,
    USED_KIB,
    OTHER_SLOTS,
    OTHER_FRAMES,
    OTHER_IN_FLIGHT,
    ENTRIES
};

static const char *const entry_name[ENTRIES] = {
    "slots free",        "frames free",        "operations in flight",
    "regions",           "page tables free",   "arena",
    "capabilities",      "KiB free",           "KiB used",
    "bystander's slots", "bystander's frames", "bystander's operations",
};

static struct {
    struct sg_owned notification, memory, silence;
    uint64_t *page;
    uint64_t ledger[ENTRIES];
    uint64_t wrong;
} before;

static signet_bystander_v1_StateReply bystander(void)
{
    const signet_bystander_v1_StateRequest request = signet_bystander_v1_StateRequest_init_zero;
    signet_bystander_v1_StateReply reply = signet_bystander_v1_StateReply_init_zero;

    if (!sg_succeeded(
            signet_bystander_v1_Bystander_State(sg_capability("bystander"), &request, &reply)))
        report_status("aftermath/the bystander answers", SG_OK, SG_NOT_FOUND);
    return reply;
}

static void read_ledger(uint64_t ledger[ENTRIES])
{
    signet_bystander_v1_StateReply other = bystander();
    struct account_memory memory = account_memory();
    const uint64_t entries[ENTRIES] = {
        [SLOTS] = account_of(sg_self()->cspace, SG_INFO_FREE),
        [FRAMES] = account_of(sg_self()->untyped, SG_INFO_FREE),
        [IN_FLIGHT] = account_of(sg_self()->ring, SG_INFO_COUNT),
        [REGIONS] = account_of(sg_self()->aspace, SG_INFO_COUNT),
        [TABLES] = account_of(sg_self()->aspace, SG_INFO_FREE),
        [ARENA] = account_arena(sg_own_ring()),
        [CAPS] = account_caps(sg_self()->name),
        [FREE_KIB] = memory.free_kib,
        [USED_KIB] = memory.used_kib,
        [OTHER_SLOTS] = other.free_slots,
        [OTHER_FRAMES] = other.free_frames,
        [OTHER_IN_FLIGHT] = other.completions_owed,
    };

    memcpy(ledger, entries, sizeof entries);
}

static bool is_echoed(void)
{
    signet_echo_v1_EchoRequest request = {.data = {.size = 4, .bytes = "held"}};
    signet_echo_v1_EchoReply reply;
    struct sg_result result = signet_echo_v1_Echo_Echo(sg_capability("echo"), &request, &reply);

    return sg_succeeded(result) && reply.data.size == 4 && memcmp(reply.data.bytes, "held", 4) == 0;
}

static bool is_signalled(void)
{
    uint64_t count = 0;

    return sg_notification_signal(before.notification.handle) == SG_OK &&
           sg_notification_wait(before.notification.handle, 0, &count) == SG_OK && count == 1;
}

static bool is_in_memory(void)
{
    uint32_t woken;

    before.page[1]++;
    return before.page[0] == PATTERN &&
           sg_futex_wake(before.memory.handle, 0, 1, &woken) == SG_OK && woken == 0;
}

static void check(const char *name, const char *what, uint64_t expected, uint64_t found)
{
    char line[80];

    snprintf(line, sizeof line, "%s/%s", name, what);
    report_equal(line, expected, found);
}

void aftermath_held(const char *name)
{
    check(name, "what is held works", 7, is_echoed() | is_signalled() << 1 | is_in_memory() << 2);
}

static void open_all(void)
{
    before.notification = own_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    before.silence = own_create(SG_TYPE_NOTIFICATION, 0, 0, 0);
    before.memory = own_create(SG_TYPE_MEMORY, 1, 0, 0);
    report_step("aftermath/map", sg_map(before.memory.handle, 0, 1, SG_MAP_READ | SG_MAP_WRITE,
                                        (void **)&before.page));
    before.page[0] = PATTERN;
    aftermath_bystander_goes_on("bystander", 2);
    aftermath_held("before");
}

static void close_all(void)
{
    (void)sg_unmap(before.page);
    (void)sg_owned_destroy(&before.memory);
    (void)sg_owned_destroy(&before.silence);
    (void)sg_owned_destroy(&before.notification);
}

static void begin(void)
{
    read_ledger(before.ledger);
}

static void compare_ledger(const char *name)
{
    uint64_t after[ENTRIES];
    uint32_t changed = ENTRIES;

    read_ledger(after);
    for (uint32_t i = ENTRIES; i-- > 0;)
        if (after[i] != before.ledger[i])
            changed = i;
    check(name, "ledger", ENTRIES, changed);
    for (uint32_t i = 0; i < ENTRIES; i++)
        if (after[i] != before.ledger[i])
            report_note("%s: %s: %" PRIu64 ", before %" PRIu64, name, entry_name[i], after[i],
                        before.ledger[i]);
}

void aftermath_bystander_goes_on(const char *name, uint32_t rounds)
{
    uint64_t end_ns = own_now_ns() + PATIENCE_NS;
    uint64_t first = bystander().rounds, last, count;

    do {
        (void)sg_notification_wait(before.silence.handle, own_now_ns() + PAUSE_NS, &count);
        last = bystander().rounds;
    } while (last < first + rounds && own_now_ns() < end_ns);
    check(name, "the bystander goes on", 1, last >= first + rounds);
}

static void end(const char *name)
{
    aftermath_held(name);
    compare_ledger(name);
    aftermath_bystander_goes_on(name, 2);
    signet_bystander_v1_StateReply state = bystander();
    check(name, "nothing wrong at the bystander", before.wrong, state.wrong);
    if (state.wrong != before.wrong)
        report_note("%s: first wrong: %d", name, (int)state.first);
    before.wrong = state.wrong;
}

static int nothing(void *argument)
{
    (void)argument;
    return 0;
}

/* What the library makes once and keeps. */
static void warm_up(void)
{
    const struct sg_thread_options options = {.name = "first"};
    struct sg_thread *thread;
    int result;

    report_step("aftermath/thread", sg_thread_create(&options, nothing, NULL, &thread));
    report_step("aftermath/join", sg_thread_join(thread, &result));
}

void aftermath_of(const struct ordeal *ordeals, uint32_t count)
{
    warm_up();
    open_all();
    for (uint32_t i = 0; i < count; i++) {
        begin();
        ordeals[i].run();
        end(ordeals[i].name);
    }
    close_all();
}
