/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Sealed values (AES-256-GCM), pseudonyms (HMAC-SHA-256) and the file of the master key.
 *
 * Each context has an AES key of its own, derived by HMAC from the key of the purpose: random 96-bit IVs allow about
 * 2^32 values under one key (NIST SP 800-38D, section 8.3), which a busy installation would reach. */
#include "fetched.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base64url.h"
#include "cipher.h"
#include "seal.h"

#define MASTER_SIZE 32
#define MASTER_TEXT_SIZE 43 /* base64url of MASTER_SIZE bytes */
#define VERSION 1
#define OVERHEAD (1 + AES_GCM_IV_SIZE + AES_GCM_TAG_SIZE)

struct seal {
        EVP_MAC_CTX *sealing; /* keyed HMACs, duplicated for each use: safe from any thread */
        EVP_MAC_CTX *pseudonym;
};

static EVP_MAC_CTX *keyed_hmac(struct str master, const char *use, struct str purpose)
{
        auto_arena a = arena_new(4096);
        struct str key = hkdf(a, master, arena_printf(a, "baygate %s %.*s", use, STR_FMT(purpose)), SHA256_SIZE);
        EVP_MAC_CTX *context = EVP_MAC_CTX_dup(fetched()->macs[DIGEST_SHA256]);
        must(context && EVP_MAC_init(context, octets(key), key.len, NULL) == 1);
        return context;
}

struct seal *seal_new(struct str master, struct str purpose)
{
        must(master.len == MASTER_SIZE);
        struct seal *s = calloc(1, sizeof *s);
        must(s);
        s->sealing = keyed_hmac(master, "seal", purpose);
        s->pseudonym = keyed_hmac(master, "pseudonym", purpose);
        return s;
}

void seal_free(struct seal *s)
{
        if (!s)
                return;
        EVP_MAC_CTX_free(s->sealing);
        EVP_MAC_CTX_free(s->pseudonym);
        free(s);
}

/* The HMAC of "first \0 second". `first` never contains a zero byte where `second` is not empty. */
static struct str mac_of(const EVP_MAC_CTX *prepared, struct arena *a, struct str first, struct str second)
{
        AUTO(EVP_MAC_CTX) context = EVP_MAC_CTX_dup(prepared);
        unsigned char *out = arena_alloc(a, SHA256_SIZE);
        size_t len = 0;
        must(context && EVP_MAC_update(context, octets(first), first.len) == 1);
        must(EVP_MAC_update(context, (const unsigned char *)"", 1) == 1);
        must(EVP_MAC_update(context, octets(second), second.len) == 1);
        must(EVP_MAC_final(context, out, &len, SHA256_SIZE) == 1);
        return str_slice(out, len);
}

struct str seal_close(const struct seal *s, struct arena *a, struct str context, struct str plain)
{
        struct str key = mac_of(s->sealing, a, context, (struct str){ 0 });
        struct str iv = random_bytes(a, AES_GCM_IV_SIZE);
        struct str sealed = aes_gcm_encrypt(a, &(struct aes_gcm){ key, iv, context }, plain);
        const char version = VERSION;
        return ARENA_JOIN(a, str_slice(&version, 1), iv, sealed);
}

result seal_open(const struct seal *s, struct arena *a, struct str context, struct str sealed, struct str *ret_plain)
{
        if (sealed.len < OVERHEAD || sealed.data[0] != VERSION)
                return fail(a, ERR_VERIFY, "sealed value: too short or of an unknown version");
        struct str key = mac_of(s->sealing, a, context, (struct str){ 0 });
        struct str iv = str_slice(sealed.data + 1, AES_GCM_IV_SIZE);
        return aes_gcm_decrypt(a, &(struct aes_gcm){ key, iv, context }, str_from_index(sealed, 1 + AES_GCM_IV_SIZE), ret_plain);
}

struct str seal_pseudonym(const struct seal *s, struct arena *a, struct str domain, struct str value)
{
        must(!memchr(octets(domain), 0, domain.len));
        return base64url_encode(a, mac_of(s->pseudonym, a, domain, value));
}

static void close_file(const int *fd)
{
        if (*fd >= 0)
                (void)close(*fd);
}

static result master_key_write(struct arena *a, const char *path)
{
        __attribute__((cleanup(close_file))) int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (fd < 0)
                return fail(a, ERR_CONFIG, "master key: cannot create %s: %s", path, strerrordesc_np(errno));
        struct str line = ARENA_JOIN(a, random_token(a, MASTER_SIZE), STR("\n"));
        if (write(fd, line.data, line.len) != (ssize_t)line.len || fsync(fd) != 0)
                return fail(a, ERR_CONFIG, "master key: cannot write %s", path);
        return OK;
}

/* Written whole under another name first, so that neither a crash nor a second gateway that starts at the same moment
 * meets half a key. The first of two wins. */
static result master_key_create(struct arena *a, const char *path)
{
        if (access(path, F_OK) == 0)
                return OK;
        struct str other = arena_printf(a, "%s.%ld", path, (long)getpid());
        (void)unlink(other.data);
        result r = master_key_write(a, other.data);
        if (is_ok(r) && link(other.data, path) != 0 && errno != EEXIST)
                r = fail(a, ERR_CONFIG, "master key: cannot create %s: %s", path, strerrordesc_np(errno));
        (void)unlink(other.data);
        return r;
}

static result master_key_read(struct arena *a, const char *path, struct str *ret_text)
{
        /* Without O_NONBLOCK, opening a FIFO would wait for its writer. */
        __attribute__((cleanup(close_file))) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        struct stat status;
        if (fd < 0 || fstat(fd, &status) != 0)
                return fail(a, ERR_CONFIG, "master key: cannot read %s: %s", path, strerrordesc_np(errno));
        if (!S_ISREG(status.st_mode) || status.st_mode & (S_IRWXG | S_IRWXO))
                return fail(a, ERR_CONFIG, "master key: %s must be a file that only its owner can read (mode 0600)",
                            path);
        char *text = arena_alloc(a, MASTER_TEXT_SIZE + 2);
        ssize_t len = read(fd, text, MASTER_TEXT_SIZE + 2);
        if (len < 0)
                return fail(a, ERR_CONFIG, "master key: cannot read %s: %s", path, strerrordesc_np(errno));
        *ret_text = str_slice(text, (size_t)len);
        return OK;
}

result master_key_load(struct arena *a, struct str path, bool create, struct secret **ret_key)
{
        const char *file = arena_cstr(a, path);
        if (create)
                TRY(master_key_create(a, file));
        struct str text = { 0 };
        TRY(master_key_read(a, file, &text));
        if (str_ends(text, STR("\n")))
                text = str_head(text, text.len - 1);
        struct str key = { 0 };
        if (!is_ok(base64url_decode(a, text, &key)) || key.len != MASTER_SIZE)
                return fail(a, ERR_CONFIG, "master key: %s does not hold 32 bytes as base64url", file);
        *ret_key = secret_in(a, key);
        return OK;
}
