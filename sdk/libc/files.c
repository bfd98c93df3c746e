/* SPDX-License-Identifier: BSD-2-Clause */
/* File descriptors of a process that has none: 1 and 2 are lines for the log, 0 is at its end. */
#include <errno.h>
#include <stddef.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"
#include "log/deliver.h"

struct line {
    char text[SG_LOG_TEXT_MAX];
    size_t length;
};

static _Thread_local struct line lines[2]; /* of descriptors 1 and 2 */

static void flush(enum files_line which)
{
    struct line *line = &lines[which];
    size_t length = line->length;

    /* Empty before it is sent, in case sending writes. */
    line->length = 0;
    log_deliver(which == FILES_OUT ? SG_LOG_INFO : SG_LOG_ERROR, line->text, length);
}

void files_put(enum files_line which, char byte)
{
    struct line *line = &lines[which];

    if (byte == '\n' || line->length == sizeof line->text)
        flush(which);
    if (byte != '\n')
        line->text[line->length++] = byte;
}

void files_flush(void)
{
    for (enum files_line which = FILES_OUT; which <= FILES_ERROR; which++) {
        if (lines[which].length != 0)
            flush(which);
    }
}

ssize_t write(int descriptor, const void *bytes, size_t count)
{
    const char *text = bytes;

    if (descriptor != 1 && descriptor != 2) {
        errno = EBADF;
        return -1;
    }
    for (size_t i = 0; i < count; i++)
        files_put(descriptor == 1 ? FILES_OUT : FILES_ERROR, text[i]);
    return (ssize_t)count;
}

ssize_t read(int descriptor, void *bytes, size_t count)
{
    (void)bytes;
    (void)count;
    if (descriptor == 0)
        return 0;
    errno = EBADF;
    return -1;
}

int close(int descriptor)
{
    (void)descriptor;
    errno = EBADF;
    return -1;
}

off_t lseek(int descriptor, off_t offset, int whence)
{
    (void)offset;
    (void)whence;
    errno = descriptor >= 0 && descriptor <= 2 ? ESPIPE : EBADF;
    return -1;
}

int fstat(int descriptor, struct stat *facts)
{
    if (descriptor < 0 || descriptor > 2) {
        errno = EBADF;
        return -1;
    }
    *facts = (struct stat){.st_mode = S_IFCHR};
    return 0;
}

int isatty(int descriptor)
{
    (void)descriptor;
    errno = ENOTTY;
    return 0;
}
