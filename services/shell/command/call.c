/* SPDX-License-Identifier: BSD-2-Clause */
/* call SERVICE.METHOD: a request written and a reply shown by the descriptor the server gives of
   itself, so that any service can be called without this shell knowing its interface. */
#include "command.h"

#include "abi/ring.h"
#include "text/words.h"

#include "remote.h"

#include <signet/rpc.h>
#include <signet/text.h>
#include <stdio.h>
#include <string.h>

#define REQUEST_BYTES_MAX 2048u
#define REPLY_BYTES_MAX (SG_MESSAGE_MAX - SG_RPC_ENVELOPE_BYTES)
#define WHAT_MAX (SG_NAME_MAX + 40u)

static const struct sg_schema_method *find_method(struct shell *shell, const char *service,
                                                  const char *name)
{
    const struct sg_schema_method *method = sg_schema_find_method(&shell->schema, name);

    if (method != NULL)
        return method;
    output_print(&shell->output, "call %s.%s: found no method \"%s\", expected one of", service,
                 name, name);
    for (uint16_t i = 0; i < shell->schema.methods; i++)
        output_print(&shell->output, " %s", shell->schema.method[i].name);
    output_print(&shell->output, "\n");
    return NULL;
}

/* A reply whose field `result` is not its enum's 0 is a refusal, which the command's status
   tells. */
static bool is_refusal(const struct sg_schema *schema, uint16_t message, const uint8_t *bytes,
                       size_t length)
{
    const struct sg_schema_field *field = sg_schema_find_field(schema, message, "result");
    int32_t number;

    return field != NULL && field->kind == SG_SCHEMA_ENUM &&
           sg_text_enum(field, bytes, length, &number) && number != 0;
}

static bool show_reply(struct shell *shell, const char *what, const struct sg_schema_method *method,
                       const struct sg_rpc_bytes *reply)
{
    struct sg_text_output show = {&shell->schema, output_text, &shell->output};

    if (!sg_text_show(&show, method->reply, reply->data, reply->length)) {
        output_print(&shell->output, "%s: found a malformed reply, expected %s\n", what,
                     shell->schema.message[method->reply].name);
        return false;
    }
    return !is_refusal(&shell->schema, method->reply, reply->data, reply->length);
}

static bool call_method(struct shell *shell, const char *what, struct sg_handle service,
                        const struct sg_schema_method *method, const char *text)
{
    static uint8_t request_bytes[REQUEST_BYTES_MAX], reply_bytes[REPLY_BYTES_MAX];
    struct sg_rpc_method raw =
        sg_rpc_raw_method(method->number, sizeof request_bytes, sizeof reply_bytes);
    struct sg_rpc_bytes request = {.data = request_bytes}, reply = {.data = reply_bytes};
    struct sg_text_encoded encoded;
    struct sg_result result;

    if (!sg_text_encode(&shell->schema, method->request, text, request_bytes, sizeof request_bytes,
                        &encoded)) {
        output_print(&shell->output, "%s: %s\n", what, encoded.error);
        return false;
    }
    request.length = (uint32_t)encoded.length;
    result = remote_call(&shell->input, service, &raw, &request, &reply);
    if (result.transport == SG_CANCELLED) {
        output_print(&shell->output, "%s: interrupted\n", what);
        return false;
    }
    if (!sg_succeeded(result))
        return shell_call_failed(shell, what, result);
    return show_reply(shell, what, method, &reply);
}

/* Cuts "kv.put" into its two names; false when it is no such word. */
static bool cut_name(char *word, char **method)
{
    char *dot = strchr(word, '.');

    if (dot == NULL || dot == word || dot[1] == 0)
        return false;
    *dot = 0;
    *method = dot + 1;
    return true;
}

/* The word ends where its name does, so that "call kv.put{...}" is understood. */
static char *cut_word(char **arguments, char *word, size_t size)
{
    size_t length;

    *arguments += strspn(*arguments, " \t");
    length = strcspn(*arguments, " \t{");
    snprintf(word, size, "%.*s", (int)length, *arguments);
    *arguments += length;
    return word;
}

bool command_call(struct shell *shell, char *arguments)
{
    char word[LINE_MAX_BYTES + 1], what[WHAT_MAX];
    char *name = cut_word(&arguments, word, sizeof word), *method_name;
    const struct sg_schema_method *method;
    struct sg_handle service;

    if (!cut_name(name, &method_name))
        return command_usage(shell, "call");
    if (!shell_service(shell, name, &service) || !shell_describe(shell, name, service))
        return false;
    method = find_method(shell, name, method_name);
    if (method == NULL)
        return false;
    snprintf(what, sizeof what, "call %s.%s", name, method->name);
    return call_method(shell, what, service, method, words_rest(arguments));
}
