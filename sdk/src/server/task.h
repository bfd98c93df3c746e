/* SPDX-License-Identifier: BSD-2-Clause */
/* Held calls, and the calls made for them. */
#pragma once

#include "signet/async.h"

/* Ties a call in flight to its task, if it has one. */
void task_add(struct sg_async *async);
/* Unties a call that has completed. */
void task_remove(struct sg_async *async);

/* A held call was answered, or its caller has left: it takes no record of the ring any more. */
void held_end(struct sg_held_call *held);
/* Ends the task the call is part of, if any. */
void held_leave_task(struct sg_held_call *held);
