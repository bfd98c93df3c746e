# SPDX-License-Identifier: BSD-2-Clause
"""NAME.SERVICE.server.c: dispatch, late replies, and the descriptor that DESCRIBE answers."""

from __future__ import annotations

from . import descriptor, schema
from .header import names
from .model import Interface, Service, identifier

HEAD = """\
/* Generated from {source}; changes here are lost. */
#include <stddef.h>

#include "{stem}.rpc.h"
#include "signet/generated.h"

#define LARGER(a, b) ((a) > (b) ? (a) : (b))
"""

METHOD = """
static enum sg_rpc_status dispatch_{call}(void *self, struct sg_call *call)
{{
    {request} request;
    {reply} reply = {reply}_init_zero;
    enum sg_rpc_status status = sg_call_open(call, &{call}_method.request, &request);

    if (status == SG_RPC_OK)
        status = {call}_handle(self, call, &request, &reply);
    return sg_call_close(call, status, &{call}_method.reply, &reply);
}}

enum sg_status {call}_reply(struct sg_held_call *call, enum sg_rpc_status status,
    const {reply} *reply)
{{
    return sg_call_reply(call, status, &{call}_method.reply, reply);
}}
"""

SERVICE = """
static const uint8_t descriptor_{name}[] = {{
{descriptor}
}};

static enum sg_rpc_status dispatch_{name}(void *self, struct sg_call *call)
{{
    switch (call->method) {{
{cases}
    case SG_METHOD_DESCRIBE:
        return sg_call_describe(call, &{name}_interface);
    default:
        return sg_call_refuse(call, SG_RPC_UNIMPLEMENTED);
    }}
}}

enum {{
    request_max_{name} = {request_max},
    reply_max_{name} = {reply_max},
}};

const struct sg_interface {name}_interface = {{
    .name = {name}_NAME,
    .descriptor = descriptor_{name},
    .dispatch = dispatch_{name},
    .descriptor_length = sizeof descriptor_{name},
    .request_bytes_max = request_max_{name} + SG_RPC_HEADER_BYTES,
    .reply_bytes_max = reply_max_{name} + SG_RPC_ENVELOPE_BYTES,
    .request_capabilities_max = {request_capabilities},
    .reply_capabilities_max = {reply_capabilities},
}};
"""

CASE = """\
    case {call}_METHOD:
        return dispatch_{call}(self, call);"""


def largest(sizes: list[str]) -> str:
    """A C expression for the largest of some constants."""
    result = sizes[0]
    for size in dict.fromkeys(sizes[1:]):
        result = f"LARGER({size}, {result})"
    return result


def array(data: bytes) -> str:
    """The elements of a C array of bytes."""
    rows = [data[i : i + 16] for i in range(0, len(data), 16)]
    return "\n".join("    " + ", ".join(f"0x{byte:02x}" for byte in row) + "," for row in rows)


def write_service(service: Service, definitions: schema.Definitions) -> str:
    """Dispatch of one service."""
    data = descriptor.encode(service, definitions)
    chunk = f"{min(len(data), descriptor.CHUNK_MAX)}u"
    requests = [method.request for method in service.methods]
    replies = [method.reply for method in service.methods]
    return SERVICE.format(
        name=identifier(service.name),
        descriptor=array(data),
        request_max=largest(["4u", *(f"{identifier(each.name)}_size" for each in requests)]),
        reply_max=largest([chunk, *(f"{identifier(each.name)}_size" for each in replies)]),
        request_capabilities=max((len(each.capabilities) for each in requests), default=0),
        reply_capabilities=max((len(each.capabilities) for each in replies), default=0),
        cases="\n".join(CASE.format(**names(service, method)) for method in service.methods),
    )


def write(interface: Interface, service: Service, definitions: schema.Definitions) -> str:
    """The whole source file."""
    text = [HEAD.format(source=interface.source, stem=interface.stem)]
    text += [METHOD.format(**names(service, method)) for method in service.methods]
    text.append(write_service(service, definitions))
    return "".join(text)
