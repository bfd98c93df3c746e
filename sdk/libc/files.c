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

static struct line lines[2]; /* of descriptors 1 and 2 */

static void flush(struct line *line, enum sg_log_level level)
{
    size_t length = line->length;

    /* Empty before it is sent, in case sending writes. */
    line->length = 0;
    log_deliver(level, line->text, length);
}

ssize_t write(int descriptor, const void *bytes, size_t count)
{
    const char *text = bytes;

    if (descriptor != 1 && descriptor != 2) {
        errno = EBADF;
        return -1;
    }
    struct line *line = &lines[descriptor - 1];
    enum sg_log_level level = descriptor == 1 ? SG_LOG_INFO : SG_LOG_ERROR;
    for (size_t i = 0; i < count; i++) {
        if (text[i] == '\n' || line->length == sizeof line->text)
            flush(line, level);
        if (text[i] != '\n')
            line->text[line->length++] = text[i];
    }
    return (ssize_t)count;
}

void files_flush(void)
{
    if (lines[0].length != 0)
        flush(&lines[0], SG_LOG_INFO);
    if (lines[1].length != 0)
        flush(&lines[1], SG_LOG_ERROR);
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
