/* SPDX-License-Identifier: BSD-2-Clause */
/* log: entries are kept in order, a client that writes too much is suppressed and told so. */
#include "report.h"
#include "services.h"

#include "clock/v1/clock.rpc.h"
#include "log/v1/log.rpc.h"

#include <signet/startup.h>
#include <stdio.h>
#include <string.h>

#define BURST 64u
#define REFUSALS 8u       /* in a row */
#define WRITES_MAX 10000u /* enough for that on any machine */

static signet_log_v1_ReadReply page;

static bool write_entry(const char *text)
{
    signet_log_v1_WriteRequest request = {.level = signet_log_v1_Level_INFO};
    signet_log_v1_WriteReply reply = signet_log_v1_WriteReply_init_zero;

    snprintf(request.text, sizeof request.text, "%s", text);
    return sg_succeeded(signet_log_v1_Log_Write(sg_capability("log"), &request, &reply)) &&
           !reply.suppressed;
}

static uint64_t newest(void)
{
    signet_log_v1_ReadRequest request = {.after_sequence = UINT64_MAX};

    return sg_succeeded(signet_log_v1_Log_Read(sg_capability("log"), &request, &page)) ? page.newest
                                                                                       : 0;
}

static bool read_after(uint64_t sequence)
{
    signet_log_v1_ReadRequest request = {.after_sequence = sequence};

    return sg_succeeded(signet_log_v1_Log_Read(sg_capability("log"), &request, &page)) &&
           page.entry_count > 0;
}

static void one_entry(void)
{
    char text[201];
    uint64_t before = newest();

    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = 0;
    report_equal("log/write the longest text", 1, write_entry(text));
    report_equal("log/read it", 1, read_after(before));
    report_equal("log/all its bytes", 0, (uint64_t)strcmp(page.entry[0].text, text));
    report_equal("log/next in sequence", before + 1, page.entry[0].sequence);
    report_equal("log/by its writer", sg_self()->number, page.entry[0].process);
}

static void pause(uint64_t duration_ns)
{
    signet_clock_v1_SleepRequest request = {.duration_ns = duration_ns};
    signet_clock_v1_SleepReply reply;

    (void)signet_clock_v1_Clock_Sleep(sg_capability("clock"), &request, &reply);
}

/* A machine that is slow lets some in between; what is refused after the last of those is told with
   the next entry. */
static void a_flood(void)
{
    uint32_t kept = 0, refused = 0;
    uint64_t before;

    for (uint32_t i = 0; i < WRITES_MAX && refused < REFUSALS; i++) {
        bool is_kept = write_entry("flood");

        kept += is_kept;
        refused = is_kept ? 0 : refused + 1;
    }
    report_equal("log/a burst is kept", 1, kept >= BURST - 1);
    report_equal("log/a flood is not", REFUSALS, refused);
    pause(100000000);
    before = newest();
    report_equal("log/later it may write again", 1, write_entry("after the flood"));
    report_equal("log/and the entry is there", 1, read_after(before));
    report_equal("log/saying what was suppressed", REFUSALS, page.entry[0].suppressed);
}

void check_log(void)
{
    one_entry();
    a_flood();
}
