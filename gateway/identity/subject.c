/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Pairwise subjects: HMAC-SHA-256 under the jurisdiction's key over the parts, each with its length in front, so that
 * no two inputs give the same bytes. */
#include "subject.h"

struct subject_key {
        struct str jurisdiction;
        struct seal *seal;
};

struct subject_keys {
        struct arena *arena;
        struct subject_key *keys;
        size_t count;
};

static const struct seal *seal_of(const struct subject_keys *keys, struct str jurisdiction)
{
        for (size_t i = 0; i < keys->count; i++)
                if (str_eq(keys->keys[i].jurisdiction, jurisdiction))
                        return keys->keys[i].seal;
        return NULL;
}

struct subject_keys *subject_keys_new(struct str master, const struct str *jurisdictions, size_t count)
{
        struct arena *a = arena_new(4096);
        struct subject_keys *keys = arena_new_of(a, struct subject_keys);

        keys->arena = a;
        keys->keys = arena_new_array(a, struct subject_key, count);
        for (size_t i = 0; i < count; i++) {
                if (seal_of(keys, jurisdictions[i]))
                        continue;
                keys->keys[keys->count++] = (struct subject_key){
                        .jurisdiction = arena_copy(a, jurisdictions[i]),
                        .seal = seal_new(master, ARENA_JOIN(a, STR("subject:"), jurisdictions[i])),
                };
        }
        return keys;
}

void subject_keys_free(struct subject_keys *keys)
{
        if (!keys)
                return;
        for (size_t i = 0; i < keys->count; i++)
                seal_free(keys->keys[i].seal);
        arena_free(keys->arena);
}

static void add_part(struct buf *b, struct str part)
{
        for (int shift = 56; shift >= 0; shift -= 8)
                buf_add_char(b, (char)((uint64_t)part.len >> shift));
        buf_add(b, part);
}

result subject_of(const struct subject_keys *keys, struct arena *a, const struct subject_input *input,
                  struct str *ret_subject)
{
        const struct str parts[] = { input->sector, input->jurisdiction, input->source, input->source_subject };
        const struct seal *seal = seal_of(keys, input->jurisdiction);
        struct buf b = buf_in(a, SIZE_MAX);

        if (!seal)
                return fail(a, ERR_CONFIG, "subject: no key for jurisdiction %.*s", STR_FMT(input->jurisdiction));
        for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
                if (!parts[i].len)
                        return fail(a, ERR_MALFORMED, "subject: part %zu is empty", i + 1);
                add_part(&b, parts[i]);
        }
        *ret_subject = seal_pseudonym(seal, a, STR("subject"), buf_str(&b));
        return OK;
}
