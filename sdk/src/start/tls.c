/* SPDX-License-Identifier: BSD-2-Clause */
/* x86-64 puts thread-local data below the thread pointer, which holds its own address. */
#include "start/tls.h"

#include <string.h>

/* The linker script's: the image, and what a copy takes. */
extern const uint8_t __tls_image[], __tls_image_size[], __tls_size[];

#define TLS_ALIGNMENT 64u /* as in the linker script */

size_t tls_bytes(void)
{
    return (size_t)__tls_size + sizeof(uint64_t) + TLS_ALIGNMENT;
}

uint64_t tls_prepare(void *area)
{
    size_t size = (size_t)__tls_size;
    size_t image_size = (size_t)__tls_image_size;
    uint8_t *data = (uint8_t *)(((uintptr_t)area + TLS_ALIGNMENT - 1) & -(uintptr_t)TLS_ALIGNMENT);
    uint8_t *base = data + size;

    memcpy(data, __tls_image, image_size);
    memset(data + image_size, 0, size - image_size);
    *(uint8_t **)base = base;
    return (uintptr_t)base;
}
