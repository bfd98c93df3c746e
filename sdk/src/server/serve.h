/* SPDX-License-Identifier: BSD-2-Clause */
/* The making and freeing of receivers. */
#pragma once

#include "server/receiver.h"

/* Gives a receiver and its buffer back; it is in no list and nothing of it is in flight. */
void receiver_free(struct sg_receiver *receiver);
