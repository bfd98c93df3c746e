/* SPDX-License-Identifier: BSD-2-Clause */
#include "manifest.h"

#include <string.h>

#include <pb_decode.h>

static bool decode_process(pb_istream_t *stream, const pb_field_t *field, void **argument)
{
    struct manifest *manifest = *argument;
    (void)field;
    return manifest->process_count < MANIFEST_PROCESSES_MAX &&
           pb_decode(stream, signet_manifest_v1_Process_fields,
                     &manifest->process[manifest->process_count++]);
}

static bool decode_module(pb_istream_t *stream, const pb_field_t *field, void **argument)
{
    struct manifest *manifest = *argument;
    (void)field;
    return manifest->module_count < MANIFEST_MODULES_MAX &&
           pb_decode(stream, signet_manifest_v1_Module_fields,
                     &manifest->module[manifest->module_count++]);
}

static bool decode_interface(pb_istream_t *stream, const pb_field_t *field, void **argument)
{
    struct manifest *manifest = *argument;
    (void)field;
    return manifest->interface_count < MANIFEST_INTERFACES_MAX &&
           pb_decode(stream, signet_manifest_v1_Interface_fields,
                     &manifest->interface[manifest->interface_count++]);
}

bool manifest_decode(const uint8_t *bytes, size_t size, struct manifest *manifest)
{
    signet_manifest_v1_Manifest message = signet_manifest_v1_Manifest_init_zero;
    pb_istream_t stream = pb_istream_from_buffer(bytes, size);
    memset(manifest, 0, sizeof *manifest);
    message.process = (pb_callback_t){{.decode = decode_process}, manifest};
    message.module = (pb_callback_t){{.decode = decode_module}, manifest};
    message.interface = (pb_callback_t){{.decode = decode_interface}, manifest};
    if (!pb_decode(&stream, signet_manifest_v1_Manifest_fields, &message))
        return false;
    manifest->version = message.version;
    manifest->machine = message.machine;
    return true;
}
