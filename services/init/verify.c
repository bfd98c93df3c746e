/* SPDX-License-Identifier: BSD-2-Clause */
#include "verify.h"

#include <stdio.h>
#include <string.h>

#include <signet/elf.h>
#include <sodium/crypto_hash_sha256.h>
#include <sodium/crypto_sign_ed25519.h>

#include "check.h"
#include "modules.h"
#include "report.h"

#define KEY_BYTES crypto_sign_ed25519_PUBLICKEYBYTES
#define HEX_BYTES 8u /* of a key or hash, in messages */

/* The file of a signature: 64 bytes, which the signer's key may follow. */
struct signature {
    unsigned char bytes[crypto_sign_ed25519_BYTES];
    unsigned char key[KEY_BYTES]; /* the signer's, to tell a wrong key from a changed manifest */
    bool has_key;
};

static struct manifest manifest;

/* Whose manifests this image accepts. The builder of the image writes it into the program's file, so
   the compiler must not know its value. */
__attribute__((section(".signet.key"))) static const volatile unsigned char image_key[KEY_BYTES];

static unsigned char public_key[KEY_BYTES];

static void read_public_key(void)
{
    unsigned char any = 0;

    for (uint32_t i = 0; i < KEY_BYTES; i++)
        any |= public_key[i] = image_key[i];
    if (any == 0)
        refuse("key of the image", "one that the image builder wrote into init.elf", "none");
}

/* The first bytes of a key or hash as text. */
static void to_hex(const unsigned char *bytes, char text[2 * HEX_BYTES + 1])
{
    for (uint32_t i = 0; i < HEX_BYTES; i++)
        snprintf(text + (size_t)2 * i, 3, "%02x", bytes[i]);
}

/* Opens a module or refuses the image. */
static void open_module(const struct sg_bootinfo *boot, const char *name, struct module_view *view)
{
    enum sg_status status = module_open(boot, name, view);
    if (status == SG_NOT_FOUND)
        refuse(name, "one boot module of that name", "none or several");
    if (status != SG_OK)
        refuse(name, "a file that can be mapped", "%s", sg_status_name(status));
}

static void read_signature(const struct sg_bootinfo *boot, struct signature *signature)
{
    struct module_view view;
    open_module(boot, "signature", &view);
    signature->has_key = view.size_bytes == sizeof signature->bytes + KEY_BYTES;
    if (!signature->has_key && view.size_bytes != sizeof signature->bytes)
        refuse("signature", "64 bytes, then the signer's 32", "%u bytes",
               (unsigned)view.size_bytes);
    memcpy(signature->bytes, view.bytes, sizeof signature->bytes);
    if (signature->has_key)
        memcpy(signature->key, view.bytes + sizeof signature->bytes, KEY_BYTES);
    module_close(boot, &view);
}

static void verify_key(const struct signature *signature)
{
    char found[2 * HEX_BYTES + 1], expected[2 * HEX_BYTES + 6] = "key ";
    if (!signature->has_key || memcmp(signature->key, public_key, KEY_BYTES) == 0)
        return;
    to_hex(signature->key, found);
    to_hex(public_key, expected + 4);
    refuse("signature key", expected, "key %s", found);
}

static void verify_signature(const struct signature *signature, const struct module_view *file)
{
    char expected[80] = "one over this very manifest by key ";
    to_hex(public_key, expected + strlen(expected));
    if (crypto_sign_ed25519_verify_detached(signature->bytes, file->bytes, file->size_bytes,
                                            public_key) != 0)
        refuse("manifest signature", expected, "one that does not match");
}

/* Reports every finding, then refuses the image because of the first. */
static void verify_rules(void)
{
    static struct manifest_findings findings;
    manifest_check(&manifest, MANIFEST_SEALED, &findings);
    for (uint32_t i = 1; i < findings.count && i < MANIFEST_FINDINGS_MAX; i++) {
        const struct manifest_finding *finding = &findings.finding[i];
        report(signet_log_v1_Level_ERROR, "%s: found %s, expected %s", finding->thing,
               finding->found, finding->expected);
    }
    if (findings.count > 0)
        refuse(findings.finding[0].thing, findings.finding[0].expected, "%s",
               findings.finding[0].found);
}

const struct manifest *verify_manifest(const struct sg_bootinfo *boot)
{
    struct signature signature;
    struct module_view file;
    read_public_key();
    read_signature(boot, &signature);
    open_module(boot, "manifest", &file);
    verify_key(&signature);
    verify_signature(&signature, &file);
    if (!manifest_decode(file.bytes, file.size_bytes, &manifest))
        refuse("manifest", "the encoded form of signet.manifest.v1", "another or a damaged one");
    module_close(boot, &file);
    verify_rules();
    return &manifest;
}

static void verify_hash(const signet_manifest_v1_Module *module, const struct module_view *file)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    char found[2 * HEX_BYTES + 1], expected[2 * HEX_BYTES + 9] = "SHA-256 ";
    crypto_hash_sha256(hash, file->bytes, file->size_bytes);
    if (memcmp(hash, module->sha256, sizeof hash) == 0)
        return;
    to_hex(hash, found);
    to_hex(module->sha256, expected + strlen(expected));
    refuse(module->name, expected, "SHA-256 %s", found);
}

/* The loader's words are "found ..., expected ..." already. */
static void verify_program(const signet_manifest_v1_Module *module, const struct module_view *file)
{
    static struct sg_elf_program program;
    if (sg_elf_check(file->bytes, file->size_bytes, &program) != SG_OK)
        refuse_because(module->name, program.message);
}

static void verify_module(const struct sg_bootinfo *boot, const signet_manifest_v1_Module *module)
{
    struct module_view file;
    char expected[24];
    open_module(boot, module->name, &file);
    snprintf(expected, sizeof expected, "%u bytes", (unsigned)module->size_bytes);
    if (file.size_bytes != module->size_bytes)
        refuse(module->name, expected, "%u bytes", (unsigned)file.size_bytes);
    verify_hash(module, &file);
    verify_program(module, &file);
    module_close(boot, &file);
}

void verify_modules(const struct sg_bootinfo *boot, const struct manifest *from)
{
    for (uint32_t i = 0; i < from->module_count; i++)
        verify_module(boot, &from->module[i]);
}
