/* SPDX-License-Identifier: BSD-2-Clause */
/* The register server: what it asks of the kernel after each outcome. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake_kernel.h"
#include "signet/server.h"

#define ENDPOINT ((struct sg_handle){7, 2})

static const int32_t outcomes[] = {SG_AGAIN, 16, 8, SG_BAD_TOKEN, 0, SG_TOO_BIG, SG_PEER_GONE};
static uint32_t round_count;
static uint64_t operations[8];

/* A call carries method 3, badge 9 and the token 40 + round; the arena offset is noise. */
static void answer(struct sg_registers *registers)
{
    int32_t outcome = outcomes[round_count];

    assert_int_equal(registers->handle, sg_handle_word(ENDPOINT));
    assert_int_equal(registers->deadline_ns, SG_FOREVER);
    operations[round_count] = registers->operation | registers->token << 32;
    round_count++;
    sg_registers_return(registers, outcome, SG_COMPLETE_REGISTERS, 3);
    registers->handle = 9;
    registers->token = (40 + round_count) | UINT64_C(0x55) << 32;
    registers->word[0] = 100;
}

static uint32_t handle(void *self, uint16_t method, uint64_t badge, struct sg_registers *message,
                       uint32_t length)
{
    assert_ptr_equal(self, operations);
    assert_int_equal(method, 3);
    assert_int_equal(badge, 9);
    assert_int_equal(message->word[0], 100);
    return length / 2;
}

static uint64_t expected(uint32_t opcode, uint32_t flags, uint32_t bytes, uint64_t token)
{
    return opcode | flags << 8 | (uint64_t)bytes << 24 | token << 32;
}

static void replies_and_receives(void **state)
{
    (void)state;
    fake_begin(0);
    fake_kernel.invoke = answer;
    assert_int_equal(sg_register_serve(ENDPOINT, handle, operations), SG_PEER_GONE);
    assert_int_equal(round_count, 7);
    assert_int_equal(operations[0], expected(SG_OP_RECV, 0, 0, 0));
    assert_int_equal(operations[1], expected(SG_OP_RECV, 0, 0, 0));
    assert_int_equal(operations[2], expected(SG_OP_REPLY, SG_SUBMIT_REARM, 8, 42));
    assert_int_equal(operations[3], expected(SG_OP_REPLY, SG_SUBMIT_REARM, 4, 43));
    assert_int_equal(operations[4], expected(SG_OP_RECV, 0, 0, 0));
    assert_int_equal(operations[5], expected(SG_OP_REPLY, SG_SUBMIT_REARM, 0, 45));
    /* A caller without room for its reply ends the call, not the server. */
    assert_int_equal(operations[6], expected(SG_OP_REPLY, SG_SUBMIT_REARM, 0, SG_TOKEN_REGISTERS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replies_and_receives),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
