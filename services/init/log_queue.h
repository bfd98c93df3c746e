/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines on their way to the log service, one call at a time, so that init never waits for it. When
   the queue is full the oldest line gives way. */
#pragma once

#include <signet/loop.h>

#include <log/v1/log.pb.h>

/* Adds a line and sends it when the service is known and idle. */
void log_queue_add(struct sg_loop *loop, signet_log_v1_Level level, const char *text);

/* Names the service's endpoint; the first one named stays. */
void log_queue_open(struct sg_loop *loop, struct sg_handle endpoint);
