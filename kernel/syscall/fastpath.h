/* SPDX-License-Identifier: BSD-2-Clause */
/* The two commonest cases of invoke, with the result invoke itself would give and fewer steps: a
   register call to a server that waits in registers, and its reply with which it waits again. Both
   wait for ever and carry no capabilities. Every check of the long way is made; whatever is not the
   plain case is left to it, untouched. */
#pragma once

#include "object/thread.h"

/* Tries the operation in the thread's registers; false: nothing was changed, go the long way. */
MUST_USE bool fastpath_call(struct thread *client);
MUST_USE bool fastpath_reply(struct thread *server);
