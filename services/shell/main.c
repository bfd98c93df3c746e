/* SPDX-License-Identifier: BSD-2-Clause */
/* shell: a person's way to the services, through whatever console the manifest names. */
#include "shell.h"

#include <stdlib.h>

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

/* Whatever it waits for: there is nothing to finish. */
static void stop(struct sg_service *service)
{
    (void)service;
    output_flush(&shell.output);
    exit(EXIT_SUCCESS);
}

int main(void)
{
    struct sg_handle console = sg_capability("console");
    uint8_t byte;

    shell.output.console = console;
    terminal_start(&shell.terminal, output_raw, &shell.output);
    input_start(&shell.input, console);
    shell.service = (struct sg_service){.loop = &shell.input.loop, .stop = stop};
    if (sg_service_begin(&shell.service) != SG_OK)
        return EXIT_FAILURE;
    shell_prompt(&shell);
    for (;;) {
        output_flush(&shell.output);
        input_wait(&shell.input);
        if (input_lost(&shell.input))
            output_print(&shell.output, "\nsome input was lost: it came too fast\n");
        while (input_take(&shell.input, &byte))
            take_byte(byte);
    }
}
