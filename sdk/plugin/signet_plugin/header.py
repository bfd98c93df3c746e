# SPDX-License-Identifier: BSD-2-Clause
"""NAME.rpc.h: what clients and servers of an interface include."""

from __future__ import annotations

from .model import Interface, Method, Service, identifier

HEAD = """\
/* Generated from {source}; changes here are lost. */
#pragma once

#include "{stem}.pb.h"
#include "signet/rpc.h"
#include "signet/server.h"
"""

METHOD = """
#define {call}_METHOD {number}u
#define {call}_RIGHT (UINT64_C(1) << {number})
/* Client: calls and waits. Returns 0, a negative sg_status or a positive RPC status. */
SG_MUST_USE int {call}(struct sg_handle service, const {request} *request, {reply} *reply);
/* Client: the same, given up as SG_TIMED_OUT after that time. */
SG_MUST_USE int {call}_within(struct sg_handle service, uint64_t timeout_ns,
    const {request} *request, {reply} *reply);
/* Server: written by it. Returns SG_RPC_OK, an RPC status, or SG_RPC_LATER. */
int {call}_handle(void *self, struct sg_call *call, const {request} *request, {reply} *reply);
/* Server: answers a call for which the handler returned SG_RPC_LATER. */
SG_MUST_USE enum sg_status {call}_reply(const struct sg_call *call, int status,
    const {reply} *reply);
"""

SERVICE = """
#define {name}_NAME "{dotted}"
#define {name}_RIGHTS UINT64_C({rights:#x}) /* every method and DESCRIBE */
extern const struct sg_interface {name}_interface;
/* Server: decodes, calls the handler, encodes; given to sg_loop_serve. */
int {name}_dispatch(void *self, struct sg_call *call);
"""


def names(service: Service, method: Method) -> dict[str, object]:
    """What the templates of one method say."""
    return {
        "service": identifier(service.name),
        "method": method.name,
        "call": f"{identifier(service.name)}_{method.name}",
        "number": method.number,
        "request": identifier(method.request),
        "reply": identifier(method.reply),
    }


def write(interface: Interface) -> str:
    """The whole header."""
    text = [HEAD.format(source=interface.source, stem=interface.stem)]
    for service in interface.services:
        rights = sum(1 << method.number for method in service.methods) | 1 << 55
        text.append(
            SERVICE.format(name=identifier(service.name), dotted=service.name, rights=rights)
        )
        text += [METHOD.format(**names(service, method)) for method in service.methods]
    return "".join(text)
