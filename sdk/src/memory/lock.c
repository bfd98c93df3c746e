/* SPDX-License-Identifier: BSD-2-Clause */
#include "memory/lock.h"

#include "signet/sync.h"

static struct sg_mutex lock;

void memory_lock(void)
{
    sg_mutex_lock(&lock);
}

void memory_unlock(void)
{
    sg_mutex_unlock(&lock);
}
