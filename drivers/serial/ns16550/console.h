/* SPDX-License-Identifier: BSD-2-Clause */
/* The console between its clients and the UART. Bytes of a Write enter the output queue whole and
   in order of arrival; a Write that does not fit waits, and later ones wait behind it. Input is
   given to the Read that waited longest and leaves the queue only when that Read could be answered.
   While the input queue is full the UART keeps what comes, until its own FIFO overruns. */
#pragma once

#include "queue.h"
#include "uart.h"

#include "console/v1/console.rpc.h"

#include <signet/loop.h>

#define CONSOLE_WRITES_MAX 8u
#define CONSOLE_READS_MAX 8u
#define CONSOLE_WRITES_OF_CLIENT 2u

struct waiting_write {
    struct sg_held_call call;
    uint32_t length;
    uint8_t data[sizeof((signet_console_v1_WriteRequest *)0)->data.bytes];
};

struct waiting_read {
    struct sg_held_call call;
    uint32_t max;
};

struct console {
    struct uart uart;
    struct sg_handle interrupt;
    struct sg_loop loop;
    struct sg_watch watch;
    struct sg_operation sent;  /* done once for each byte of a batch */
    struct sg_operation again; /* goes on receiving after other work had its turn */
    uint32_t sending;          /* bytes of the batch that are not done */
    struct queue input, output;
    uint32_t lost;                                  /* overruns since the last Read */
    bool is_holding_back;                           /* received bytes stay in the UART */
    bool is_stopping;                               /* when all output is sent */
    struct waiting_write write[CONSOLE_WRITES_MAX]; /* oldest first */
    struct waiting_read read[CONSOLE_READS_MAX];    /* oldest first */
    uint32_t writes, reads;
};

/* Takes everything the UART has received, answers readers, and sends the next batch if it is ready
   for one. Called whenever either side may have moved. */
void console_work(struct console *console);

/* Starts a batch of output if the UART is empty and none is on its way. */
void console_send(struct console *console);

/* Takes received bytes into the input queue while it has room; false when there may be more. */
bool console_receive(struct console *console);

/* Receives again if that was held back and the input queue has room. */
void console_resume(struct console *console);

/* Moves waiting writes into the output queue as far as it has room, and answers them. */
void console_admit_writes(struct console *console);

/* Answers waiting reads as far as there is input. */
void console_answer_reads(struct console *console);
