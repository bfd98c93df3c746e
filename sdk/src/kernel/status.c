/* SPDX-License-Identifier: BSD-2-Clause */
#include "signet/status.h"

#include <stddef.h>

struct status_words {
    const char *name;
    const char *text;
};

/* By -status. */
static const struct status_words words[] = {
    {"SG_OK", "done"},
    {"SG_AGAIN", "a bounded step was done, more remain"},
    {"SG_BAD_HANDLE", "no live capability has this handle"},
    {"SG_BAD_TYPE", "the capability is of another type than the operation needs"},
    {"SG_DENIED", "the capability does not permit this operation"},
    {"SG_BAD_ARGUMENT", "an argument is out of range, misaligned or not zero where it must be"},
    {"SG_BAD_OPERATION", "there is no such operation, or the ring forbids it"},
    {"SG_BAD_RING", "a ring index claims more entries than the ring has"},
    {"SG_BAD_TOKEN", "no call waits for this reply"},
    {"SG_TOO_BIG", "the message does not fit the receiver's buffer"},
    {"SG_NO_SLOT", "the destination has no free capability slot"},
    {"SG_NO_FRAMES", "the memory needed is not free"},
    {"SG_BUSY", "the object is in use in a way that forbids this"},
    {"SG_LIMIT", "a documented limit is reached"},
    {"SG_PEER_GONE", "the other side was gone before it answered"},
    {"SG_CANCELLED", "the operation was withdrawn"},
    {"SG_TIMED_OUT", "the deadline passed first"},
    {"SG_CHANGED", "the word did not hold the expected value"},
    {"SG_NOT_FOUND", "there is no such operation in flight"},
    {"SG_EXISTS", "a page of the range is already mapped"},
    {"SG_STOPPED", "the thread is stopped, exited or not configured"},
};

_Static_assert(sizeof words / sizeof words[0] == 1 - SG_STATUS_LAST, "one line a status");

const char *sg_status_name(int status)
{
    if (status > 0 || status < SG_STATUS_LAST)
        return "SG_UNKNOWN";
    return words[-status].name;
}

const char *sg_status_text(int status)
{
    if (status > 0 || status < SG_STATUS_LAST)
        return "a status this SDK does not know";
    return words[-status].text;
}
