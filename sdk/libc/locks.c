/* SPDX-License-Identifier: BSD-2-Clause */
/* The locks picolibc leaves to the system: one recursive lock for malloc, the environment, atexit and
   the like, and one for each stream that is opened. */
#include <stddef.h>
#include <stdlib.h>
#include <sys/lock.h>

#include "signet/sync.h"
#include "signet/thread.h"

struct __lock {
    struct sg_mutex mutex;
    uint32_t owner_plus_one; /* thread number; only its own thread finds it equal to itself */
    uint32_t depth;          /* the owner's */
};

struct __lock __lock___libc_recursive_mutex;

/* A stream whose lock could not be made shares that of the library. */
static struct __lock *lock_of(_LOCK_T lock)
{
    return lock != NULL ? lock : &__lock___libc_recursive_mutex;
}

void __retarget_lock_acquire_recursive(_LOCK_T given)
{
    struct __lock *lock = lock_of(given);
    uint32_t self = sg_thread_number() + 1;

    if (__atomic_load_n(&lock->owner_plus_one, __ATOMIC_RELAXED) != self) {
        sg_mutex_lock(&lock->mutex);
        __atomic_store_n(&lock->owner_plus_one, self, __ATOMIC_RELAXED);
    }
    lock->depth++;
}

void __retarget_lock_release_recursive(_LOCK_T given)
{
    struct __lock *lock = lock_of(given);

    if (--lock->depth != 0)
        return;
    __atomic_store_n(&lock->owner_plus_one, 0, __ATOMIC_RELAXED);
    sg_mutex_unlock(&lock->mutex);
}

void __retarget_lock_init_recursive(_LOCK_T *lock)
{
    *lock = calloc(1, sizeof **lock);
}

void __retarget_lock_close_recursive(_LOCK_T lock)
{
    free(lock);
}

/* An ordinary lock may be recursive. */
void __retarget_lock_acquire(_LOCK_T lock)
{
    __retarget_lock_acquire_recursive(lock);
}

void __retarget_lock_release(_LOCK_T lock)
{
    __retarget_lock_release_recursive(lock);
}

void __retarget_lock_init(_LOCK_T *lock)
{
    __retarget_lock_init_recursive(lock);
}

void __retarget_lock_close(_LOCK_T lock)
{
    __retarget_lock_close_recursive(lock);
}
