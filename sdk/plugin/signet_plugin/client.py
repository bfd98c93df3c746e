# SPDX-License-Identifier: BSD-2-Clause
"""NAME.rpc.c: client stubs, and what both sides know of each method."""

from __future__ import annotations

from .header import names
from .model import Interface, Message, identifier

HEAD = """\
/* Generated from {source}; changes here are lost. */
#include "{stem}.rpc.h"

#include <stddef.h>

#include "abi/object.h"
"""

CAPABILITIES = """
static const struct sg_rpc_capability capabilities_{message}[] = {{
{rows}
}};
"""

CAPABILITY = """\
    {{offsetof({message}, has_{field}), offsetof({message}, {field}.handle),
     UINT64_C({rights:#x}), {type}, {mode}}},"""

METHOD = """
const struct sg_rpc_method {call}_method = {{
    .request = {{{request}_fields, {request_capabilities}}},
    .reply = {{{reply}_fields, {reply_capabilities}}},
    .number = {call}_METHOD,
}};
_Static_assert({request}_size + SG_RPC_HEADER_BYTES <= SG_MESSAGE_MAX,
    "{method}: the request is too big");
_Static_assert({reply}_size + SG_RPC_ENVELOPE_BYTES <= SG_MESSAGE_MAX,
    "{method}: the reply is too big");

struct sg_result {call}(struct sg_handle service, const {request} *request, {reply} *reply)
{{
    return sg_rpc_within(service, &{call}_method, SG_FOREVER, request, reply);
}}

struct sg_result {call}_within(struct sg_handle service, uint64_t timeout_ns,
    const {request} *request, {reply} *reply)
{{
    return sg_rpc_within(service, &{call}_method, timeout_ns, request, reply);
}}

struct sg_result {call}_by(struct sg_handle service, uint64_t deadline_ns,
    const {request} *request, {reply} *reply)
{{
    return sg_rpc_by(service, &{call}_method, deadline_ns, request, reply);
}}

static void finish_{call}(struct sg_async *async)
{{
    struct {call}_async *call = (struct {call}_async *)async;

    if (call->done != NULL)
        call->done(call);
}}

enum sg_status {call}_start(struct sg_loop *loop, struct sg_handle service,
    const {request} *request, struct {call}_async *call)
{{
    const struct sg_async_call start = {{loop, &{call}_method, &call->reply, finish_{call}}};

    return sg_async_start(&call->async, &start, service, request);
}}
"""


def capabilities(message: Message) -> str:
    """The table of a message's capability fields, if it has any."""
    rows = [
        CAPABILITY.format(
            message=identifier(message.name),
            field=field.name,
            rights=field.capability.rights,
            type=field.capability.type_constant,
            mode=field.capability.mode_constant,
        )
        for field in message.capabilities
        if field.capability
    ]
    if not rows:
        return ""
    return CAPABILITIES.format(message=identifier(message.name), rows="\n".join(rows))


def table(message: Message) -> str:
    """What follows the fields in a struct sg_rpc_message."""
    name, count = identifier(message.name), len(message.capabilities)
    return f"{f'capabilities_{name}' if count else 'NULL'}, {name}_size, sizeof({name}), {count}"


def write(interface: Interface) -> str:
    """The whole source file."""
    text = [HEAD.format(source=interface.source, stem=interface.stem)]
    spoken: dict[str, Message] = {}
    for service in interface.services:
        for method in service.methods:
            spoken |= {each.name: each for each in (method.request, method.reply)}
    text += [capabilities(message) for message in spoken.values()]
    for service in interface.services:
        text += [
            METHOD.format(
                **names(service, method),
                request_capabilities=table(method.request),
                reply_capabilities=table(method.reply),
            )
            for method in service.methods
        ]
    return "".join(text)
