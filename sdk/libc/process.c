/* SPDX-License-Identifier: BSD-2-Clause */
/* What libc asks of the system about the process itself. */
#define _POSIX_C_SOURCE 200809L /* kill */
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/time.h>
#include <unistd.h>

#include "files.h"
#include "signet/object.h"
#include "signet/startup.h"

#define SIGNAL_EXIT_BASE 128 /* a process that kills itself exits with this plus the signal */

_Noreturn void _exit(int code)
{
    files_flush();
    sg_thread_exit((uint64_t)(unsigned)code);
}

pid_t getpid(void)
{
    return (pid_t)sg_self()->number;
}

/* There is nobody to signal but oneself; how a supervisor ends others is not for libc. */
int kill(pid_t process, int signal)
{
    if (process != getpid()) {
        errno = ESRCH;
        return -1;
    }
    _exit(SIGNAL_EXIT_BASE + signal);
}

/* Monotonic time since boot, for a process that was granted a cpu's NOW. */
int gettimeofday(struct timeval *restrict time, void *restrict zone)
{
    uint64_t now_ns;

    (void)zone;
    if (sg_handle_is_none(sg_self()->cpu) || sg_cpu_now(sg_self()->cpu, &now_ns) != SG_OK) {
        errno = ENOSYS;
        return -1;
    }
    time->tv_sec = (time_t)(now_ns / 1000000000u);
    time->tv_usec = (suseconds_t)(now_ns % 1000000000u / 1000u);
    return 0;
}
