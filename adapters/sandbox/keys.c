/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* baygate-sandbox keys: the e-service's RSA key pair (RFC 8017 and RFC 5280 structures in PEM), and random secrets in
 * files when names for them are given. */
#include "base64url.h"
#include "commands.h"
#include "digest.h"
#include "jwk.h"
#include "settings.h"

#include <getopt.h>
#include <sys/stat.h>
#include <unistd.h>

#define DER_MAX ((size_t)16 * 1024)

enum { DER_INTEGER = 0x02, DER_BIT_STRING = 0x03, DER_SEQUENCE = 0x30 };

/* ITU-T X.690, definite length. */
static struct str der(struct arena *a, int tag, struct str content)
{
        char head[4] = { (char)tag, 0, 0, 0 };
        size_t len = 2;
        if (content.len < 128) {
                head[1] = (char)content.len;
        } else if (content.len < 256) {
                head[1] = (char)0x81;
                head[2] = (char)content.len;
                len = 3;
        } else {
                head[1] = (char)0x82;
                head[2] = (char)(content.len >> 8);
                head[3] = (char)(content.len & 0xff);
                len = 4;
        }
        return ARENA_JOIN(a, arena_copy(a, str_slice(head, len)), content);
}

/* A JWK member (base64url, big-endian, unsigned) as an INTEGER. */
static result der_number(struct arena *a, const json_t *jwk, const char *name, struct buf *out)
{
        struct str bytes;
        TRY(base64url_decode(a, json_str(jwk, name), &bytes));
        if (str_is_empty(bytes))
                return fail(a, ERR_MALFORMED, "the key has no %s", name);
        if (bytes.data[0] & 0x80)
                bytes = ARENA_JOIN(a, str_slice("\0", 1), bytes);
        buf_add(out, der(a, DER_INTEGER, bytes));
        return OK;
}

static result der_numbers(struct arena *a, const json_t *jwk, const char *const *names, struct buf *out)
{
        for (; *names; names++)
                TRY(der_number(a, jwk, *names, out));
        return OK;
}

/* RFC 8017, appendix A.1.2. */
static result private_der(struct arena *a, const json_t *jwk, struct str *ret_der)
{
        static const char *const names[] = { "n", "e", "d", "p", "q", "dp", "dq", "qi", NULL };
        struct buf numbers = buf_in(a, DER_MAX);
        buf_add(&numbers, str_slice("\x02\x01\x00", 3));
        TRY(der_numbers(a, jwk, names, &numbers));
        *ret_der = der(a, DER_SEQUENCE, buf_str(&numbers));
        return OK;
}

/* RFC 5280, section 4.1.2.7, with rsaEncryption (RFC 3279, section 2.3.1). */
static result public_der(struct arena *a, const json_t *jwk, struct str *ret_der)
{
        static const char *const names[] = { "n", "e", NULL };
        static const struct str algorithm = STR("\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00");
        struct buf numbers = buf_in(a, DER_MAX);
        TRY(der_numbers(a, jwk, names, &numbers));
        struct str key = der(a, DER_SEQUENCE, buf_str(&numbers));
        struct str bits = der(a, DER_BIT_STRING, ARENA_JOIN(a, str_slice("\0", 1), key));
        *ret_der = der(a, DER_SEQUENCE, ARENA_JOIN(a, algorithm, bits));
        return OK;
}

static struct str pem(struct arena *a, const char *label, struct str bytes)
{
        struct str text = base64_encode(a, bytes);
        struct buf b = buf_in(a, DER_MAX);
        buf_printf(&b, "-----BEGIN %s-----\n", label);
        for (; !str_is_empty(text); text = str_from_index(text, 64)) {
                buf_add(&b, str_head(text, 64));
                buf_add_char(&b, '\n');
        }
        buf_printf(&b, "-----END %s-----\n", label);
        return buf_str(&b);
}

static result file_in(struct arena *a, struct str folder, const char *name, struct str text, unsigned mode)
{
        struct str path = ARENA_JOIN(a, folder, STR("/"), str_from(name));
        TRY(file_create(a, path, text, mode));
        printf("made %.*s\n", STR_FMT(path));
        return OK;
}

static result kek_make(struct arena *a, struct str folder)
{
        struct key *key;
        struct str private_key, public_key;
        TRY(key_generate(a, ALG_RS256, &key));
        const json_t *jwk = key_private_jwk(a, key);
        TRY(private_der(a, jwk, &private_key));
        TRY(public_der(a, jwk, &public_key));
        TRY(file_in(a, folder, "iamsmart-kek.pem", pem(a, "RSA PRIVATE KEY", private_key), 0600));
        return file_in(a, folder, "iamsmart-kek.pub.pem", pem(a, "PUBLIC KEY", public_key), 0644);
}

/* `secrets`: names of files, up to NULL. */
static result keys_make(struct arena *a, struct str folder, char *const *secrets)
{
        if (mkdir(arena_cstr(a, folder), 0700) != 0 && access(arena_cstr(a, folder), W_OK) != 0)
                return fail(a, ERR_CONFIG, "%.*s cannot be written", STR_FMT(folder));
        TRY(kek_make(a, folder));
        for (; *secrets; secrets++)
                TRY(file_in(a, folder, *secrets, ARENA_JOIN(a, random_token(a, 32), STR("\n")), 0600));
        return OK;
}

static const char usage[] =
        "usage: baygate-sandbox keys --out DIR [SECRET…]\n\n"
        "Makes iamsmart-kek.pem (private, for the service or gateway), iamsmart-kek.pub.pem (for the sandbox), and\n"
        "a random secret in each file named SECRET. Replaces nothing: when a file is already there, it stops.\n";

int command_keys(int argc, char **argv)
{
        static const struct option options[] = { { "out", required_argument, NULL, 'o' },
                                                 { "help", no_argument, NULL, 'h' },
                                                 { 0 } };
        const char *folder = NULL;
        int c;
        while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
                if (c != 'o') {
                        fputs(usage, c == 'h' ? stdout : stderr);
                        return c == 'h' ? 0 : 2;
                }
                folder = optarg;
        }
        if (!folder) {
                fputs(usage, stderr);
                return 2;
        }
        auto_arena a = arena_new(DER_MAX * 64);
        if (is_ok(keys_make(a, str_from(folder), argv + optind)))
                return 0;
        fprintf(stderr, "%.*s\n", STR_FMT(arena_reason(a)));
        return 1;
}
