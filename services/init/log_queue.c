/* SPDX-License-Identifier: BSD-2-Clause */
#include "log_queue.h"

#include <stdio.h>

#include <pb_encode.h>
#include <signet/object.h>
#include <signet/rpc.h>

#include "log/v1/log.rpc.h"

#define LINES_MAX 32u
#define REPLY_BYTES 64u
#define BADGE 0u /* init's number */

static struct {
    signet_log_v1_WriteRequest line[LINES_MAX];
    uint32_t first, count;
    struct sg_handle client;
    struct sg_operation operation;
    struct sg_loop *loop;
    uint32_t offset; /* of the buffer in the arena: request, then reply */
    bool is_busy;
} queue;

#define BUFFER_BYTES (signet_log_v1_WriteRequest_size + REPLY_BYTES)

static void send_next(void);

static void sent(struct sg_operation *operation, const struct sg_completion *completion)
{
    (void)operation;
    (void)completion; /* a line lost with its log service is not sent twice */
    queue.is_busy = false;
    sg_ring_buffer_free(queue.loop->ring, queue.offset, BUFFER_BYTES);
    send_next();
}

static bool encode(void *buffer, uint32_t *length)
{
    pb_ostream_t stream = pb_ostream_from_buffer(buffer, signet_log_v1_WriteRequest_size);
    bool is_encoded =
        pb_encode(&stream, signet_log_v1_WriteRequest_fields, &queue.line[queue.first]);
    *length = (uint32_t)stream.bytes_written;
    queue.first = (queue.first + 1) % LINES_MAX;
    queue.count--;
    return is_encoded;
}

static enum sg_status submit(uint32_t length)
{
    struct sg_submission submission = {
        .opcode = SG_OP_CALL,
        .method = signet_log_v1_Log_Write_METHOD,
        .handle_index = queue.client.index,
        .handle_generation = queue.client.generation,
        .message = {.send_offset = queue.offset,
                    .send_length = length,
                    .receive_offset = queue.offset + signet_log_v1_WriteRequest_size,
                    .receive_length = REPLY_BYTES}};
    return sg_loop_submit(queue.loop, &submission, &queue.operation);
}

static void send_next(void)
{
    void *buffer;
    uint32_t length;
    if (queue.is_busy || queue.count == 0 || sg_handle_is_none(queue.client) ||
        sg_ring_buffer(queue.loop->ring, BUFFER_BYTES, &queue.offset, &buffer) != SG_OK)
        return;
    queue.is_busy = true;
    queue.operation.done = sent;
    if (!encode(buffer, &length) || submit(length) != SG_OK) {
        queue.is_busy = false;
        sg_ring_buffer_free(queue.loop->ring, queue.offset, BUFFER_BYTES);
    }
}

void log_queue_add(struct sg_loop *loop, signet_log_v1_Level level, const char *text)
{
    if (queue.count == LINES_MAX) {
        queue.first = (queue.first + 1) % LINES_MAX;
        queue.count--;
    }
    signet_log_v1_WriteRequest *line = &queue.line[(queue.first + queue.count) % LINES_MAX];
    line->level = level;
    snprintf(line->text, sizeof line->text, "%s", text);
    queue.count++;
    queue.loop = loop;
    send_next();
}

void log_queue_open(struct sg_loop *loop, struct sg_handle endpoint)
{
    queue.loop = loop;
    if (sg_handle_is_none(queue.client) &&
        sg_endpoint_mint(endpoint, BADGE, SG_BIT(signet_log_v1_Log_Write_METHOD), &queue.client) !=
            SG_OK)
        queue.client = SG_HANDLE_NONE;
    send_next();
}
