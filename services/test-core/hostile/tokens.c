/* SPDX-License-Identifier: BSD-2-Clause */
/* Replies with tokens that were guessed, used before, or given to another thread. A call is answered
   once, by who received it. Seen to fail: a record whose token is taken after its reply, and
   a token looked up without its use counter. */
#include "attacks.h"
#include "raw.h"
#include "report.h"
#include "talk.h"
#include "worker.h"

#include <signet/syscall.h>
#include <string.h>

#define GUESSES 4096u
#define USES 300u
#define CALL_DATA UINT64_C(0xca11)

/* A reply of nothing by registers; who is asked to give it has nothing to lose. */
static int32_t reply_now(uint32_t token)
{
    struct sg_registers registers = {.operation = sg_operation_word(SG_OP_REPLY, 0, 0, 0),
                                     .token = token};

    sg_invoke(&registers);
    return sg_registers_result(&registers);
}

/* Tries what is near a token, what differs by a bit, and what is at random. */
static uint64_t guess(uint32_t token, uint32_t count)
{
    uint64_t random = token | 1, taken = 0;

    for (uint32_t i = 0; i < count; i++) {
        uint32_t guessed = i < 32          ? token ^ 1u << i
                           : i < count / 2 ? token + (i % 2 == 0 ? i : -i)
                                           : (uint32_t)attack_random(&random);

        if (guessed != token)
            taken += reply_now(guessed) != SG_BAD_TOKEN;
    }
    return taken;
}

static void forged(void)
{
    struct talk talk = talk_open(1, SG_RIGHTS_ALL);
    struct sg_completion received;

    talk_call(&talk, 0, 4, 0);
    received = talk_receive(&talk, TALK_BYTES, 0);
    report_none("tokens/forged ones taken", guess(received.token, GUESSES), GUESSES);
    report_equal("tokens/the call is open", OWN_PENDING, (uint64_t)own_taken(TALK_CALL).result);
    report_status("tokens/the right one is taken", SG_OK, reply_now(received.token));
    report_status("tokens/and answers", 0, own_taken(TALK_CALL).result);
    report_equal("tokens/once", OWN_PENDING, (uint64_t)own_taken(TALK_CALL).result);
    report_status("tokens/a second reply", SG_BAD_TOKEN, reply_now(received.token));
    talk_close(&talk);
}

/* Each token of a record that is used again and again is tried when it is in use once more. */
static void stale(void)
{
    static uint32_t old[USES];
    struct talk talk = talk_open(1, SG_RIGHTS_ALL);
    uint64_t taken = 0, tried = 0;
    uint32_t answered = 0;

    for (uint32_t i = 0; i < USES; i++) {
        struct sg_completion received;

        talk_call(&talk, 0, 4, 0);
        received = talk_receive(&talk, TALK_BYTES, 0);
        old[i] = received.token;
        for (uint32_t n = i > 8 ? i - 8 : 0; n < i; n++, tried++)
            taken += reply_now(old[n]) != SG_BAD_TOKEN;
        taken += own_taken(TALK_CALL).result != OWN_PENDING;
        answered += reply_now(received.token) == SG_OK && own_taken(TALK_CALL).result == 0;
    }
    report_none("tokens/of calls before taken", taken, tried);
    report_count("tokens/calls answered once each", USES, answered);
    talk_close(&talk);
}

static struct {
    uint32_t token;
    int32_t status, registers, cancel;
    uint64_t guessed;
} theft;

/* Another thread, with the same capability table, tries to answer and to cancel what is not its. */
static void steal(uint64_t argument)
{
    struct sg_registers cancel = {.operation = sg_operation_word(SG_OP_CANCEL, 0, 0, 0),
                                  .word = {argument}};

    theft.status = reply_now(theft.token);
    theft.registers = reply_now(SG_TOKEN_REGISTERS);
    theft.guessed = guess(theft.token, GUESSES);
    sg_invoke(&cancel);
    theft.cancel = sg_registers_result(&cancel);
    sg_thread_exit(0);
}

static void calls_of_others(struct worker *thief)
{
    struct talk talk = talk_open(1, SG_RIGHTS_ALL);

    talk_call(&talk, 0, 4, 0);
    theft.token = talk_receive(&talk, TALK_BYTES, 0).token;
    (void)worker_run(thief, "tokens/runs", steal, TALK_CALL);
    report_status("tokens/a reply to a call of another", SG_BAD_TOKEN, theft.status);
    report_status("tokens/that of its registers, which hold none", SG_BAD_TOKEN, theft.registers);
    report_none("tokens/forged ones of another taken", theft.guessed, GUESSES);
    report_status("tokens/a call of another cancelled", SG_NOT_FOUND, theft.cancel);
    report_equal("tokens/the call is open still", OWN_PENDING,
                 (uint64_t)own_taken(TALK_CALL).result);
    report_status("tokens/who received it answers", SG_OK, reply_now(theft.token));
    report_status("tokens/which its caller gets", 0, own_taken(TALK_CALL).result);
    talk_close(&talk);
}

static struct {
    struct sg_handle endpoint;
    uint32_t rounds;
    uint64_t second_taken;
} server;

/* Receives by registers, and replies twice to each call. */
static void reply_twice(uint64_t rounds)
{
    for (uint64_t i = 0; i < rounds; i++) {
        struct sg_registers registers = {.operation = sg_operation_word(SG_OP_RECV, 0, 0, 0),
                                         .handle = sg_handle_word(server.endpoint)};

        sg_invoke(&registers);
        server.rounds += sg_registers_result(&registers) >= 0 && reply_now(0) == SG_OK;
        server.second_taken += reply_now(0) != SG_BAD_TOKEN;
    }
    sg_thread_exit(server.second_taken);
}

/* Both ways of a call: by registers, which lend the caller's time, and by the ring. */
static void twice_by_registers(struct worker *worker)
{
    struct sg_owned endpoint = own_create(SG_TYPE_ENDPOINT, 0, 0, 0);
    struct sg_handle client = SG_HANDLE_NONE;
    struct sg_completion end;
    uint32_t answered = 0;

    report_step("tokens/mint", sg_endpoint_mint(endpoint.handle, 1, SG_RIGHTS_ALL, &client));
    server.endpoint = worker_give(worker, endpoint.handle, SG_RIGHTS_ALL);
    report_step("tokens/start", worker_start(worker, reply_twice, USES));
    for (uint32_t i = 0; i < USES; i++) {
        struct sg_registers call = {.operation = sg_operation_word(SG_OP_CALL, 0, 0, 8),
                                    .handle = sg_handle_word(client)};

        sg_invoke(&call);
        answered += sg_registers_result(&call) == 0;
    }
    end = worker_wait(worker);
    worker_answer(worker, end.token, SG_FAULT_STOP);
    report_count("tokens/calls by registers answered", USES, answered);
    report_none("tokens/second replies by registers taken", worker->fault->code, server.rounds);
    (void)sg_release(client);
    (void)sg_owned_destroy(&endpoint);
}

void attack_tokens(void)
{
    struct worker worker = worker_open(
        (struct worker_shape){.slots = 8, .submissions = 4, .completions = 8, .pages = 1});

    forged();
    stale();
    calls_of_others(&worker);
    twice_by_registers(&worker);
    worker_close(&worker);
}
