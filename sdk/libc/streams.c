/* SPDX-License-Identifier: BSD-2-Clause */
/* The standard streams: what a thread prints becomes lines of that thread, whole ones, in the log. */
#include <stdio.h>

#include "files.h"

static int put_out(char byte, FILE *file)
{
    (void)file;
    files_put(FILES_OUT, byte);
    return (unsigned char)byte;
}

static int put_error(char byte, FILE *file)
{
    (void)file;
    files_put(FILES_ERROR, byte);
    return (unsigned char)byte;
}

static int get_nothing(FILE *file)
{
    (void)file;
    return _FDEV_EOF;
}

static FILE out = FDEV_SETUP_STREAM(put_out, NULL, NULL, _FDEV_SETUP_WRITE);
static FILE error = FDEV_SETUP_STREAM(put_error, NULL, NULL, _FDEV_SETUP_WRITE);
static FILE in = FDEV_SETUP_STREAM(NULL, get_nothing, NULL, _FDEV_SETUP_READ);

FILE *const stdin = &in;
FILE *const stdout = &out;
FILE *const stderr = &error;
