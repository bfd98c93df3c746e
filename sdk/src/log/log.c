/* SPDX-License-Identifier: BSD-2-Clause */
#include "signet/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "log/deliver.h"
#include "log/v1/log.rpc.h"
#include "signet/metrics.h"
#include "signet/object.h"
#include "signet/startup.h"

SG_COUNTER(dropped, "log-lines-dropped");

#define DELIVERY_TIMEOUT_NS UINT64_C(20000000)

#define LEVEL_UNSET -1

static sg_log_sink *sink;
static int level_set = LEVEL_UNSET; /* while the process runs */

void sg_log_set_sink(sg_log_sink *new_sink)
{
    sink = new_sink;
}

uint64_t sg_log_dropped(void)
{
    return __atomic_load_n(&dropped->value, __ATOMIC_RELAXED);
}

void sg_log_set_level(enum sg_log_level level)
{
    __atomic_store_n(&level_set, (int)level, __ATOMIC_RELAXED);
}

enum sg_log_level sg_log_level(void)
{
    int level = __atomic_load_n(&level_set, __ATOMIC_RELAXED);
    const struct sg_startup *block = sg_startup_block();

    if (level != LEVEL_UNSET)
        return (enum sg_log_level)level;
    return block != NULL ? (enum sg_log_level)block->log_level : SG_LOG_DEBUG;
}

_Static_assert(SG_LOG_TEXT_MAX < sizeof((signet_log_v1_WriteRequest *)0)->text, "a line fits");
_Static_assert((int)SG_LOG_ERROR == signet_log_v1_Level_ERROR, "same values");
_Static_assert((int)SG_LOG_WARNING == signet_log_v1_Level_WARNING, "same values");
_Static_assert((int)SG_LOG_INFO == signet_log_v1_Level_INFO, "same values");
_Static_assert((int)SG_LOG_DEBUG == signet_log_v1_Level_DEBUG, "same values");

static void send(enum sg_log_level level, const char *text, size_t length)
{
    signet_log_v1_WriteRequest request = {.level = (signet_log_v1_Level)level};
    signet_log_v1_WriteReply reply;
    struct sg_handle service = sg_capability("log");

    memcpy(request.text, text, length);
    if (sg_handle_is_none(service) || !sg_succeeded(signet_log_v1_Log_Write_within(
                                          service, DELIVERY_TIMEOUT_NS, &request, &reply)))
        sg_count(dropped, 1);
}

/* Cuts before a UTF-8 character that would not fit whole. */
static size_t cut(const char *text, size_t length)
{
    if (length <= SG_LOG_TEXT_MAX)
        return length;
    length = SG_LOG_TEXT_MAX;
    while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
        length--;
    return length;
}

void log_deliver(enum sg_log_level level, const char *text, size_t length)
{
    char line[SG_LOG_TEXT_MAX + 1];

    if (level < sg_log_level())
        return;
    length = cut(text, length);
    memcpy(line, text, length);
    line[length] = '\0';
    if (sink != NULL)
        sink(level, line, length);
    else
        send(level, line, length);
}

void sg_log(enum sg_log_level level, const char *format, ...)
{
    char line[SG_LOG_TEXT_MAX + 8]; /* enough to see where the last character begins */
    va_list arguments;

    if (level < sg_log_level())
        return;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (length < 0) {
        sg_count(dropped, 1);
        return;
    }
    log_deliver(level, line, (size_t)length < sizeof line ? (size_t)length : sizeof line - 1);
}
