/* SPDX-License-Identifier: BSD-2-Clause */
/* From the entry point to main: thread-local storage, the process's description, constructors. */
#include <stddef.h>
#include <stdlib.h>

#include "abi/boot.h"
#include "signet/object.h"
#include "start/process.h"
#include "start/tls.h"

/* The linker script's: where a list of constructors lies. */
extern void (*const __init_array_start[])(void);
extern void (*const __init_array_end[])(void);

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

/* Compilers keep addresses of thread-local data, so none of it is touched before this. */
static void set_tls(void *area)
{
    if (sg_thread_set_tls(tls_prepare(area)) != SG_OK)
        sg_thread_exit(PROCESS_EXIT_BAD_BLOCK);
}

_Noreturn void sg_start(const void *block)
{
    char *arguments[2] = {NULL, NULL};

    /* Lives as long as the thread: this function does not return. */
    set_tls(__builtin_alloca(tls_bytes()));
    int code = process_begin(block);
    if (code != 0)
        sg_thread_exit((uint64_t)code);
    for (void (*const *function)(void) = __init_array_start; function != __init_array_end;
         function++)
        (*function)();
    arguments[0] = (char *)(uintptr_t)sg_self()->name;
    exit(main(1, arguments));
}
