/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See token_handle.h. "bgr.{grant}.{serial}.{time}.{keyed hash}", "bga." for access tokens: the beginning lets scanners
 * for leaked secrets find them. */
#include "token_handle.h"

#define GRANT_LEN 43

static struct str prefix_of(enum token_handle_kind kind)
{
        return kind == TOKEN_HANDLE_REFRESH ? STR("bgr") : STR("bga");
}

static struct str head_of(struct arena *a, const struct token_handle *h)
{
        struct str prefix = prefix_of(h->kind);

        return arena_printf(a, "%.*s.%.*s.%lld.%lld", STR_FMT(prefix), STR_FMT(h->grant), (long long)h->serial,
                            (long long)h->time);
}

static struct str proof_of(struct arena *a, const struct seal *seal, struct str head)
{
        return seal_pseudonym(seal, a, STR("token_handle"), head);
}

struct str token_handle_write(struct arena *a, const struct seal *seal, const struct token_handle *h)
{
        struct str head = head_of(a, h);

        return ARENA_JOIN(a, head, STR("."), proof_of(a, seal, head));
}

bool token_handle_read(struct arena *a, const struct seal *seal, enum token_handle_kind kind, struct str text,
                       struct token_handle *ret_handle)
{
        struct token_handle h = { .kind = kind };
        struct str rest = text, prefix = { 0 }, serial = { 0 }, time = { 0 }, proof = { 0 }, more;

        if (text.len > TOKEN_HANDLE_MAX || !str_split(&rest, '.', &prefix) || !str_split(&rest, '.', &h.grant) ||
            !str_split(&rest, '.', &serial) || !str_split(&rest, '.', &time) || !str_split(&rest, '.', &proof) ||
            str_split(&rest, '.', &more))
                return false;
        if (!str_eq(prefix, prefix_of(kind)) || h.grant.len != GRANT_LEN || !str_to_int(serial, &h.serial) ||
            !str_to_int(time, &h.time))
                return false;
        if (!str_eq_secret(proof, proof_of(a, seal, head_of(a, &h))))
                return false;
        *ret_handle = h;
        return true;
}
