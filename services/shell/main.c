/* SPDX-License-Identifier: BSD-2-Clause */
/* shell: a person's way to the services, through whatever console the manifest names. */
#include "shell.h"

#include "console/v1/console.rpc.h"

#include <signet/log.h>
#include <signet/status.h>

static struct shell shell;

void shell_prompt(struct shell *self)
{
    output_print(&self->output, self->has_failed ? "signet!> " : "signet> ");
}

/* The echo of the line is sent first: a command may take its time, or end this very process. */
static void run_line(void)
{
    output_flush(&shell.output);
    shell.has_failed = !shell_run(&shell, shell.terminal.line.text);
    terminal_next(&shell.terminal);
    shell_prompt(&shell);
}

static void take_byte(uint8_t byte)
{
    switch (terminal_feed(&shell.terminal, byte)) {
    case TERMINAL_NOTHING:
        break;
    case TERMINAL_LINE:
        run_line();
        break;
    case TERMINAL_INTERRUPT:
        shell_prompt(&shell);
        break;
    case TERMINAL_END:
        output_print(&shell.output, "\nshutdown turns the machine off, reboot restarts it\n");
        shell_prompt(&shell);
        break;
    case TERMINAL_COMPLETE:
        shell_complete(&shell);
        break;
    case TERMINAL_CLEAR:
        shell_prompt(&shell);
        terminal_redraw(&shell.terminal);
        break;
    }
}

/* Waits for input. A console that died and came back has forgotten this Read, so it is asked again. */
static int read_console(struct sg_handle console, signet_console_v1_ReadReply *reply)
{
    signet_console_v1_ReadRequest request = {.max = sizeof reply->data.bytes};
    int status;

    do
        status = signet_console_v1_Console_Read(console, &request, reply);
    while (status == SG_PEER_GONE);
    return status;
}

int main(void)
{
    static signet_console_v1_ReadReply reply;
    int status;

    shell.output.console = sg_capability("console");
    terminal_start(&shell.terminal, output_raw, &shell.output);
    shell_prompt(&shell);
    for (;;) {
        output_flush(&shell.output);
        status = read_console(shell.output.console, &reply);
        if (status != 0)
            break;
        if (reply.lost > 0)
            output_print(&shell.output, "\n%u bytes of input were lost\n",
                         (unsigned int)reply.lost);
        for (pb_size_t i = 0; i < reply.data.size; i++)
            take_byte(reply.data.bytes[i]);
    }
    sg_log(SG_LOG_ERROR, "console.Read: %s",
           status < 0 ? sg_status_text(status) : sg_rpc_text(status));
    return 1;
}
