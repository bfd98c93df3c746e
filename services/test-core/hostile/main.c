/* SPDX-License-Identifier: BSD-2-Clause */
/* test-hostile: one process does all that a hostile service may try. Each attack has checks of its own;
   after each, what is held works, the ledger is as before, and the process "bystander" noticed nothing. */
#include "aftermath.h"
#include "attacks.h"
#include "report.h"

uint64_t attack_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

int main(void)
{
    static const struct ordeal attacks[] = {
        {"nobody", attack_without_capability},
        {"handles", attack_handles},
        {"tokens", attack_tokens},
        {"rings", attack_rings},
        {"arenas", attack_arenas},
        {"leases", attack_leases},
        {"endpoints", attack_endpoints},
        {"faults", attack_faults},
        {"time", attack_time},
        {"memory", attack_memory},
        {"leaks", attack_leaks},
    };

    aftermath_of(attacks, sizeof attacks / sizeof attacks[0]);
    return report_end();
}
