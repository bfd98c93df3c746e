# SPDX-License-Identifier: BSD-2-Clause
"""NAME.rpc.h: what clients and servers of an interface include."""

from __future__ import annotations

from .model import Interface, Method, Service, identifier

HEAD = """\
/* Generated from {source}; changes here are lost. */
#pragma once

#include "{stem}.pb.h"
#include "signet/async.h"
#include "signet/rpc.h"
#include "signet/server.h"
"""

SERVICE = """
/* --- {dotted} --- */
{text}
#define {name}_NAME "{dotted}"
#define {name}_RIGHTS UINT64_C({rights:#x}) /* every method and DESCRIBE */
/* Server: given to sg_loop_serve. */
extern const struct sg_interface {name}_interface;
"""

METHOD = """
/* --- {service}.{method} --- */
{text}
#define {call}_METHOD {number}u
#define {call}_RIGHT (UINT64_C(1) << {number})
extern const struct sg_rpc_method {call}_method;

/* Client: calls and waits. */
SG_MUST_USE struct sg_result {call}(struct sg_handle service, const {request} *request,
    {reply} *reply);
/* Client: the same, given up as SG_TIMED_OUT after that time, of which the server hears nothing. */
SG_MUST_USE struct sg_result {call}_within(struct sg_handle service, uint64_t timeout_ns,
    const {request} *request, {reply} *reply);
/* Client: the same, given up at that time since boot, which the server is told. */
SG_MUST_USE struct sg_result {call}_by(struct sg_handle service, uint64_t deadline_ns,
    const {request} *request, {reply} *reply);

/* Client: one call in flight. async.deadline_ns, .task and .batch are set before the start; the
   result is async.result. */
struct {call}_async {{
    struct sg_async async;
    void (*done)(struct {call}_async *call); /* it may be started again; NULL: none */
    {reply} reply;
}};
/* Client: calls and does not wait. On SG_OK, call->done is called once, later. */
SG_MUST_USE enum sg_status {call}_start(struct sg_loop *loop, struct sg_handle service,
    const {request} *request, struct {call}_async *call);

/* Server: written by it. SG_RPC_OK, an error, or SG_RPC_LATER when it holds the call. */
enum sg_rpc_status {call}_handle(void *self, struct sg_call *call,
    const {request} *request, {reply} *reply);
/* Server: answers a call it holds. SG_PEER_GONE: the caller has left. */
SG_MUST_USE enum sg_status {call}_reply(struct sg_held_call *call, enum sg_rpc_status status,
    const {reply} *reply);
"""


def names(service: Service, method: Method) -> dict[str, object]:
    """What the templates of one method say."""
    return {
        "service": identifier(service.name),
        "method": method.name,
        "call": f"{identifier(service.name)}_{method.name}",
        "number": method.number,
        "request": identifier(method.request.name),
        "reply": identifier(method.reply.name),
    }


def comment(text: str) -> str:
    """A text as a comment of C, that it cannot end."""
    if not text:
        return ""
    safe = text.replace("*/", "* /").replace("/*", "/ *")
    return "/* " + safe.replace("\n", "\n   ") + " */"


def write(interface: Interface) -> str:
    """The whole header."""
    text = [HEAD.format(source=interface.source, stem=interface.stem)]
    for service in interface.services:
        text.append(
            SERVICE.format(
                name=identifier(service.name),
                dotted=service.name,
                rights=service.rights,
                text=comment(interface.comments.of(service.name)),
            )
        )
        for method in service.methods:
            about = comment(interface.comments.of(f"{service.name}.{method.name}"))
            text.append(METHOD.format(**names(service, method), text=about))
    return "".join(text)
