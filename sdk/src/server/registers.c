/* SPDX-License-Identifier: BSD-2-Clause */
/* A server of register messages: one system call a call. */
#include "signet/server.h"

#include "signet/object.h"

static void receive_only(struct sg_registers *registers)
{
    registers->operation = sg_operation_word(SG_OP_RECV, 0, 0, 0);
    registers->token = 0;
}

static void reply_and_receive(struct sg_registers *registers, uint32_t length)
{
    registers->operation = sg_operation_word(SG_OP_REPLY, SG_SUBMIT_REARM, 0, length);
    registers->token = (uint32_t)registers->token;
}

/* Its caller has no room for the reply: the call is open, and nothing else is received before it. */
static void reply_with_nothing(struct sg_registers *registers)
{
    reply_and_receive(registers, 0);
    registers->token = SG_TOKEN_REGISTERS;
}

enum sg_status sg_register_serve(struct sg_handle endpoint, sg_register_handler *handler,
                                 void *self)
{
    struct sg_registers registers = {0};

    receive_only(&registers);
    for (;;) {
        registers.handle = sg_handle_word(endpoint);
        registers.deadline_ns = SG_FOREVER;
        sg_invoke(&registers);
        int32_t length = sg_registers_result(&registers);
        if (length >= 0)
            reply_and_receive(&registers, handler(self, sg_registers_method(&registers),
                                                  registers.handle, &registers, (uint32_t)length));
        else if (length == SG_AGAIN || length == SG_BAD_TOKEN)
            receive_only(&registers);
        else if (length == SG_TOO_BIG)
            reply_with_nothing(&registers);
        else
            return (enum sg_status)length;
    }
}
