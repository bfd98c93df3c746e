/* SPDX-License-Identifier: BSD-2-Clause */
/* What test-services is when its argument `role` says so: the others that its checks need. Each
   returns the program's exit code. */
#pragma once

#define VISITOR_ENTRIES 8u /* kv's client-entries in the manifest */

/* Leaves a key in the store, for the checks not to find, and stays. */
int be_stranger(void);

/* Uses up what kv grants a client, and ends: with 0 if kv granted it. */
int be_visitor(void);

/* A server that writes to the log which clients are gone. */
int be_listener(void);
