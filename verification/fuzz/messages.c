/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests and replies of every interface of the SDK, decoded by generated tables. The first two bytes
   of an input choose the message. What is decoded must encode to bytes which decode and encode to
   themselves, and is refused if it exceeds the bound its interface states, as numbers may that are
   no constants of their enum. */
#include "fuzz.h"

#include "methods.h"
#include "rpc/message.h"
#include "rpc/wire.h"

#include <string.h>

#define STRUCT_BYTES_MAX 65536u
#define POISON 0xa5 /* what decoding must not leave behind, in two kinds */

static uint8_t first[STRUCT_BYTES_MAX], second[STRUCT_BYTES_MAX];
static uint8_t encoded[4 * SG_MESSAGE_MAX], again[4 * SG_MESSAGE_MAX];

/* Encodes without the interface's bound, then with it. */
static int32_t encode(const struct sg_rpc_message *type, const void *message, uint8_t *to)
{
    static uint8_t bounded[SG_MESSAGE_MAX];
    struct sg_rpc_message wide = *type;

    wide.bytes_max = sizeof encoded;
    int32_t count = message_encode(&wide, message, to);
    int32_t expected = count <= (int32_t)type->bytes_max ? count : -1;
    int32_t found = message_encode(type, message, bounded);
    FUZZ_EXPECT(count >= 0 && found == expected, "expected an encoding of %d bytes, found %d",
                expected, found);
    return count;
}

/* These bytes must decode, over other memory than before, to what encodes as before. */
static void expect_same(const struct sg_rpc_message *type, const uint8_t *bytes, uint32_t length,
                        int32_t count)
{
    memset(second, ~POISON, type->struct_bytes);
    FUZZ_EXPECT(message_decode(type, bytes, length, second), "what was encoded does not decode");
    int32_t count_again = encode(type, second, again);
    FUZZ_EXPECT(count_again == count && memcmp(encoded, again, (size_t)count) == 0,
                "the second round gives other bytes than the first: %d, %d", count_again, count);
}

static void round_trip(const struct sg_rpc_message *type, const uint8_t *bytes, uint32_t length)
{
    memset(first, POISON, type->struct_bytes);
    if (!message_decode(type, bytes, length, first))
        return;
    int32_t count = encode(type, first, encoded);
    expect_same(type, bytes, length, count);
    expect_same(type, encoded, (uint32_t)count, count);
}

static void request_with_header(const struct sg_rpc_message *type, const uint8_t *bytes,
                                uint32_t length)
{
    uint64_t deadline_ns;
    uint32_t header = header_read(bytes, length, &deadline_ns);

    FUZZ_EXPECT(header <= length && (header != 0 || deadline_ns == SG_FOREVER),
                "a header of %u bytes", header);
    round_trip(type, bytes + header, length - header);
}

void fuzz_start(void)
{
    for (size_t i = 0; i < METHODS; i++)
        FUZZ_EXPECT(methods[i]->request.struct_bytes <= STRUCT_BYTES_MAX &&
                        methods[i]->reply.struct_bytes <= STRUCT_BYTES_MAX,
                    "a message of method %zu has more than %u bytes", i, STRUCT_BYTES_MAX);
}

void fuzz_one(const uint8_t *bytes, size_t size)
{
    if (size < 2 || size - 2 > SG_MESSAGE_MAX)
        return;
    const struct sg_rpc_method *method = methods[bytes[0] % METHODS];
    uint8_t *exact = fuzz_exact(bytes + 2, size - 2);

    if (bytes[1] % 2 == 0)
        request_with_header(&method->request, exact, (uint32_t)size - 2);
    else
        round_trip(&method->reply, exact, (uint32_t)size - 2);
    fuzz_free(exact);
}
