/* SPDX-License-Identifier: BSD-2-Clause */
/* test-calls: the server (role "server"), which holds calls or passes them on, and a client that is
   only there to be killed (role "mortal"). */
#pragma once

/* Serves signet.hold.v1.Hold; passes Wait on if it was given a capability "next". */
int calls_serve(void);

/* Leaves calls open at the server it was given as "server", for ever. */
int calls_leave_open(void);
