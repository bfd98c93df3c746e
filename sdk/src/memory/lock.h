/* SPDX-License-Identifier: BSD-2-Clause */
/* One lock for what the threads of a process share of its memory: free frames and mappings. Nothing
   is called under it that could take it again. */
#pragma once

void memory_lock(void);
void memory_unlock(void);
