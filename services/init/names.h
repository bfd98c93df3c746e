/* SPDX-License-Identifier: BSD-2-Clause */
/* Words for what the supervisor tells about processes and their capabilities. */
#pragma once

#include <stddef.h>

#include "process.h"

/* A fact about an object, 0 when the kernel does not tell. */
uint64_t object_fact(struct sg_handle handle, enum sg_info selector);

/* What a slot of a process is called: its manifest's name, or the part of itself. */
const char *grant_name(const struct process *process, const struct grant *grant);

/* The other side of a granted endpoint or client ("kv.kv"), or "". */
void grant_peer(const struct process *process, const struct grant *grant, char *text, size_t size);

/* What a slot of init itself is called, and in `peer` whose endpoint it is; "" when it is none of
   the lasting ones. */
void own_slot_name(const struct init *init, struct sg_handle slot, char *name, char *peer,
                   size_t size);

/* The operations a rights mask permits, by the names of the interface or of the kernel's object;
   `grant` may be 0. */
void grant_methods(const struct process *process, const struct grant *grant, enum sg_type type,
                   uint64_t rights, char *text, size_t size);

/* "memory", "client", ... */
const char *type_name(uint32_t type);

/* "NORMAL", ... */
const char *class_name(enum sg_class class);
