/* SPDX-License-Identifier: BSD-2-Clause */
/* AFL++'s persistent loop: inputs come by shared memory, one process takes many of them. */
#include "fuzz.h"

#include <unistd.h>

#define INPUTS_A_PROCESS 100000

__AFL_FUZZ_INIT();

int main(void)
{
    fuzz_start();
    __AFL_INIT();
    const uint8_t *bytes = __AFL_FUZZ_TESTCASE_BUF;
    while (__AFL_LOOP(INPUTS_A_PROCESS))
        fuzz_one(bytes, (size_t)__AFL_FUZZ_TESTCASE_LEN);
    return 0;
}
