/* SPDX-License-Identifier: BSD-2-Clause */
/* The making and freeing of receivers. */
#pragma once

#include "server/receiver.h"

/* Gives a receiver and its buffer back; it is in no list and nothing of it is in flight. */
void receiver_free(struct sg_receiver *receiver);

/* As sg_loop_serve, with at most `receives` receives in flight. */
SG_MUST_USE enum sg_status serve(struct sg_loop *loop, struct sg_handle endpoint,
                                 const struct sg_interface *interface, void *self,
                                 uint32_t receives);
