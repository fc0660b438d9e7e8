/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Secrets (secret.h): wiped when they go, compared without a branch on their bytes. */
#include "secret.h"

struct secret {
        size_t len;
        char bytes[]; /* NUL-terminated, for interfaces that want a C string */
};

static void secret_fill(struct secret *s, struct str bytes)
{
        s->len = bytes.len;
        if (bytes.len)
                memcpy(s->bytes, bytes.data, bytes.len);
}

struct secret *secret_new(struct str bytes)
{
        struct secret *s = calloc(1, sizeof(*s) + bytes.len + 1);
        if (!s)
                abort();
        secret_fill(s, bytes);
        return s;
}

void secret_free(struct secret *s)
{
        if (!s)
                return;
        wipe(s, sizeof(*s) + s->len);
        free(s);
}

struct secret *secret_in(struct arena *a, struct str bytes)
{
        /* The arena wipes all that it handed out. */
        struct secret *s = arena_alloc(a, sizeof(*s) + bytes.len + 1);
        secret_fill(s, bytes);
        return s;
}

struct str secret_reveal(const struct secret *s)
{
        return s ? (struct str){ s->bytes, s->len } : (struct str){ NULL, 0 };
}

bool secret_eq(const struct secret *s, struct str bytes)
{
        return s && str_eq_secret(secret_reveal(s), bytes);
}

bool str_eq_secret(struct str a, struct str b)
{
        if (a.len != b.len)
                return false;
        unsigned int difference = 0;
        for (size_t i = 0; i < a.len; i++) {
                difference |= (unsigned char)(a.data[i] ^ b.data[i]);
                /* The compiler may not know the value, so it can't leave the loop early. */
                __asm__ volatile("" : "+r"(difference));
        }
        return difference == 0;
}

void wipe(void *data, size_t len)
{
        if (len)
                explicit_bzero(data, len);
}
