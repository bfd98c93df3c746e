/* SPDX-License-Identifier: BSD-2-Clause */
/* What each client may hold, from the manifest's arguments. */
#pragma once

#include "store.h"

/* Reads "client-entries" and "client-bytes", each with its default; false: it is logged what was
   found and what was expected. */
bool quota_read(struct store_quota *quota);
