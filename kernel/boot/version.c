/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/version.h"

#include "abi/boot.h"
#include "core/little_endian.h"

#define FOUND "boot: module init: found ABI version "
#define EXPECTED ", expected "
#define VERSION_MAX sizeof("65535.65535")

/* Room for both versions in full. */
static char refusal[sizeof(FOUND) + sizeof(EXPECTED) + 2 * VERSION_MAX];

/* Appends a text and a number. */
static char *put(char *to, const char *text, uint16_t number)
{
    uint32_t unit = 1;

    while (*text != 0)
        *to++ = *text++;
    while (number / unit >= 10)
        unit *= 10;
    for (; unit != 0; unit /= 10)
        *to++ = (char)('0' + number / unit % 10);
    *to = 0;
    return to;
}

const char *version_refusal(const uint8_t *file, const struct elf64_image *image)
{
    uint64_t offset;
    uint32_t size;

    if (elf64_find_note(file, image, (const uint8_t *)SG_NOTE_NAME, sizeof(SG_NOTE_NAME),
                        SG_NOTE_ABI, &offset, &size) != ELF64_OK ||
        size != sizeof(struct sg_abi_note))
        return "boot: module init: found no ABI note, expected a program linked against the SDK";
    struct sg_abi_note version = {read_le16(file + offset), read_le16(file + offset + 2)};
    if (sg_abi_accepts(version))
        return NULL;
    char *end = put(put(refusal, FOUND, version.major), ".", version.minor);
    (void)put(put(end, EXPECTED, SG_ABI_MAJOR), ".", SG_ABI_MINOR);
    return refusal;
}
