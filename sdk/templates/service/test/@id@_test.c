/* SPDX-License-Identifier: BSD-2-Clause */
/* The service on the host, called as a client calls it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "@id@.h"
#include "@id@/v1/@id@.rpc.h"

#include <signet/test.h>

static struct @id@ program;
static struct sg_loop loop;
static struct sg_handle client;

static int setup(void **state)
{
    (void)state;
    sg_test_begin();
    struct sg_handle endpoint = sg_test_provide("@name@");
    client = sg_test_client(endpoint, 1, @id@_v1_@Name@_RIGHTS);
    program = (struct @id@){0};
    sg_loop_init(&loop, sg_own_ring());
    sg_test_loop(&loop);
    assert_int_equal(serve_@id@(&program, &loop), SG_OK);
    return 0;
}

static void greets_by_name(void **state)
{
    @id@_v1_GreetRequest request = {.name = "host"};
    @id@_v1_GreetReply reply;

    (void)state;
    sg_test_expect(@id@_v1_@Name@_Greet(client, &request, &reply), "SG_RPC_OK");
    assert_string_equal(reply.text, "Hello, host!");
}

static void takes_the_longest_name(void **state)
{
    @id@_v1_GreetRequest request;
    @id@_v1_GreetReply reply;

    (void)state;
    memset(request.name, 'x', sizeof request.name - 1);
    request.name[sizeof request.name - 1] = 0;
    sg_test_expect(@id@_v1_@Name@_Greet(client, &request, &reply), "SG_RPC_OK");
    assert_int_equal(strlen(reply.text), strlen("Hello, !") + sizeof request.name - 1);
}

static void counts(void **state)
{
    @id@_v1_GreetRequest request = {.name = "x"};
    @id@_v1_GreetReply reply;
    @id@_v1_CountRequest nothing = @id@_v1_CountRequest_init_zero;
    @id@_v1_CountReply count;

    (void)state;
    for (int i = 0; i < 3; i++)
        sg_test_expect(@id@_v1_@Name@_Greet(client, &request, &reply), "SG_RPC_OK");
    sg_test_expect(@id@_v1_@Name@_Count(client, &nothing, &count), "SG_RPC_OK");
    assert_int_equal(count.greetings, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(greets_by_name, setup),
        cmocka_unit_test_setup(takes_the_longest_name, setup),
        cmocka_unit_test_setup(counts, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
