/* SPDX-License-Identifier: BSD-2-Clause */
/* From the entry point to main: thread-local storage, the process's description, constructors. */
#include <stdalign.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "abi/boot.h"
#include "signet/object.h"
#include "start/process.h"

/* The linker script's: the image of thread-local data, and where a list of constructors lies. */
extern const uint8_t __tls_image[], __tls_image_size[], __tls_size[];
extern void (*const __init_array_start[])(void);
extern void (*const __init_array_end[])(void);

#define TLS_ALIGNMENT 64u /* as in the linker script */

/* Every program carries this note; a loader compares it before the program runs. */
struct note {
    uint32_t name_size;
    uint32_t descriptor_size;
    uint32_t type;
    char name[8];
    struct sg_abi_note abi;
};

__attribute__((section(".note.signet"), used, aligned(4))) static const struct note note = {
    .name_size = sizeof SG_NOTE_NAME,
    .descriptor_size = sizeof(struct sg_abi_note),
    .type = SG_NOTE_ABI,
    .name = SG_NOTE_NAME,
    .abi = {SG_ABI_MAJOR, SG_ABI_MINOR},
};

_Static_assert(sizeof note == 24, "no padding inside an ELF note");

int main(int count, char **arguments);
_Noreturn void sg_start(const void *block);

/* x86-64 puts thread-local data below the thread pointer, which holds its own address. Compilers
   keep addresses of such data, so none of it is touched before the base is set. */
static void set_tls(uint8_t *area)
{
    size_t size = (size_t)__tls_size;
    size_t image_size = (size_t)__tls_image_size;
    uint8_t *data = (uint8_t *)(((uintptr_t)area + TLS_ALIGNMENT - 1) & -(uintptr_t)TLS_ALIGNMENT);
    uint8_t *base = data + size;

    memcpy(data, __tls_image, image_size);
    memset(data + image_size, 0, size - image_size);
    *(uint8_t **)base = base;
    if (sg_thread_set_tls((uintptr_t)base) != SG_OK)
        sg_thread_exit(PROCESS_EXIT_BAD_BLOCK);
}

_Noreturn void sg_start(const void *block)
{
    char *arguments[2] = {NULL, NULL};

    /* Lives as long as the thread: this function does not return. */
    set_tls(__builtin_alloca((size_t)__tls_size + 2 * TLS_ALIGNMENT));
    int code = process_begin(block);
    if (code != 0)
        sg_thread_exit((uint64_t)code);
    for (void (*const *function)(void) = __init_array_start; function != __init_array_end;
         function++)
        (*function)();
    arguments[0] = (char *)(uintptr_t)sg_self()->name;
    exit(main(1, arguments));
}
