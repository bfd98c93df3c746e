/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/version.h"

#include "abi/boot.h"
#include "core/little_endian.h"

#define FOUND "boot: module init: found ABI version "
#define EXPECTED ", expected "
#define VERSION_MAX sizeof("65535.65535")

/* Room for both versions in full. */
static char refusal[sizeof(FOUND) + sizeof(EXPECTED) + 2 * VERSION_MAX];

static char *put_text(char *to, const char *text)
{
    while (*text != 0)
        *to++ = *text++;
    *to = 0;
    return to;
}

static char *put_number(char *to, uint16_t number)
{
    uint32_t unit = 1;

    while (number / unit >= 10)
        unit *= 10;
    for (; unit != 0; unit /= 10)
        *to++ = (char)('0' + number / unit % 10);
    *to = 0;
    return to;
}

static char *put_version(char *to, struct sg_abi_note version)
{
    return put_number(put_text(put_number(to, version.major), "."), version.minor);
}

const char *version_refusal(const uint8_t *file, const struct elf64_image *image)
{
    static const struct sg_abi_note own = {SG_ABI_MAJOR, SG_ABI_MINOR};
    uint64_t offset;
    uint32_t size;

    if (elf64_find_note(file, image, (const uint8_t *)SG_NOTE_NAME, sizeof(SG_NOTE_NAME),
                        SG_NOTE_ABI, &offset, &size) != ELF64_OK ||
        size != sizeof(struct sg_abi_note))
        return "boot: module init: found no ABI note, expected a program linked against the SDK";
    struct sg_abi_note version = {read_le16(file + offset), read_le16(file + offset + 2)};
    if (sg_abi_accepts(version))
        return NULL;
    (void)put_version(put_text(put_version(put_text(refusal, FOUND), version), EXPECTED), own);
    return refusal;
}
