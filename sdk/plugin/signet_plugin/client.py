# SPDX-License-Identifier: BSD-2-Clause
"""NAME.rpc.c: client stubs. What a method's messages may take at most decides how they travel."""

from __future__ import annotations

from .header import names
from .model import Interface

HEAD = """\
/* Generated from {source}; changes here are lost. */
#include "{stem}.rpc.h"
"""

METHOD = """
static const struct sg_rpc_method method_{service}_{method} = {{
    .number = {call}_METHOD,
    .request_bytes_max = {request}_size,
    .reply_bytes_max = {reply}_size,
    .request_fields = {request}_fields,
    .reply_fields = {reply}_fields,
}};
_Static_assert({request}_size <= SG_MESSAGE_MAX, "{method}: the request is too big");
_Static_assert({reply}_size + SG_RPC_ENVELOPE_BYTES <= SG_MESSAGE_MAX,
    "{method}: the reply is too big");

int {call}(struct sg_handle service, const {request} *request, {reply} *reply)
{{
    return sg_rpc_invoke(service, &method_{service}_{method}, SG_FOREVER, request, reply);
}}

int {call}_within(struct sg_handle service, uint64_t timeout_ns, const {request} *request,
    {reply} *reply)
{{
    return sg_rpc_invoke(service, &method_{service}_{method}, timeout_ns, request, reply);
}}
"""


def write(interface: Interface) -> str:
    """The whole source file."""
    text = [HEAD.format(source=interface.source, stem=interface.stem)]
    for service in interface.services:
        text += [METHOD.format(**names(service, method)) for method in service.methods]
    return "".join(text)
