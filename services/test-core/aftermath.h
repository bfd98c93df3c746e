/* SPDX-License-Identifier: BSD-2-Clause */
/* What has to hold after an attack, or after a table was filled: capabilities held before it work, the
   ledger is as it was, and the process "bystander" noticed nothing. */
#pragma once

#include <stdint.h>

/* What is done to the system; all that was made for it is gone after it. */
struct ordeal {
    const char *name;
    void (*run)(void);
};

/* One after the other, and after each a check called NAME/... of what is held, of the ledger, and of
   the bystander. */
void aftermath_of(const struct ordeal *ordeals, uint32_t count);

/* Whether all that is held works: to be looked at while a table is full. */
void aftermath_held(const char *name);

/* Waits until the bystander has done so many rounds more; whether it does in time. */
void aftermath_bystander_goes_on(const char *name, uint32_t rounds);
