/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota.h"

#include <errno.h>
#include <signet/log.h>
#include <signet/startup.h>
#include <stdlib.h>

#define DEFAULT_ENTRIES 64u
#define DEFAULT_BYTES 16384u

static bool read_number(const char *key, uint32_t most, uint32_t *number)
{
    const char *text = sg_argument(key);
    unsigned long value;
    char *end;

    if (text == NULL)
        return true;
    errno = 0;
    value = strtoul(text, &end, 10);
    if (errno != 0 || end == text || *end != 0 || value == 0 || value > most) {
        sg_log(SG_LOG_ERROR, "argument %s: found \"%s\", expected a number from 1 to %u", key, text,
               (unsigned int)most);
        return false;
    }
    *number = (uint32_t)value;
    return true;
}

bool quota_read(struct store_quota *quota)
{
    quota->entries = DEFAULT_ENTRIES;
    quota->bytes = DEFAULT_BYTES;
    return read_number("client-entries", STORE_ENTRIES, &quota->entries) &&
           read_number("client-bytes", STORE_BYTES, &quota->bytes);
}
