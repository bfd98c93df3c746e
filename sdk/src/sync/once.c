/* SPDX-License-Identifier: BSD-2-Clause */
#include "signet/sync.h"

void sg_once(struct sg_once *once, void (*function)(void))
{
    if (__atomic_load_n(&once->is_done, __ATOMIC_ACQUIRE))
        return;
    sg_mutex_lock(&once->mutex);
    if (!once->is_done) {
        function();
        __atomic_store_n(&once->is_done, 1, __ATOMIC_RELEASE);
    }
    sg_mutex_unlock(&once->mutex);
}
