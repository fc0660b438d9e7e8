/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The content key: made by the platform, wrapped for our KEK, shared by all workers and nodes through the store. */
#include "base64url.h"
#include "clock.h"
#include "digest.h"
#include "iamsmart.h"

#define KEPT STR("content_key")
#define BASE64_KEY_SIZE 44
#define KEY_LIFE_MAX_MS INT64_C(604800000) /* a week; the platform says a day */

static const struct rsa_key *choose_kek(struct arena *a, const struct iamsmart *s, struct str public_key)
{
        for (size_t i = 0; i < s->kek_count; i++)
                if (str_eq(base64_encode(a, rsa_key_public_der(a, s->keks[i])), public_key))
                        return s->keks[i];
        return s->keks[0];
}

struct str iamsmart_unwrap(struct arena *a, const struct iamsmart *s, struct str wrapped, struct str public_key)
{
        const struct rsa_key *kek = choose_kek(a, s, public_key);
        struct str key = random_bytes(a, IAMSMART_KEY_SIZE), bytes, unwrapped, decoded;

        if (!is_ok(base64_decode(a, wrapped, &bytes)) ||
            !is_ok(rsa_unwrap(a, kek, s->padding, bytes, IAMSMART_KEY_SIZE, BASE64_KEY_SIZE, &unwrapped)))
                return key;
        if (unwrapped.len == IAMSMART_KEY_SIZE)
                return unwrapped;
        if (is_ok(base64_decode(a, unwrapped, &decoded)) && decoded.len == IAMSMART_KEY_SIZE)
                return decoded;
        return key;
}

/* The kept value: the moment of its end in milliseconds, a blank, the key in base64url. */
static result keep(struct task *t, const struct source *source, struct str key, int64_t end_ms)
{
        struct arena *a = task_arena(t);
        int64_t life_s = (end_ms - clock_now_ms()) / 1000;
        struct str text = base64url_encode(a, key);

        if (life_s <= 0)
                return OK;
        return source->host->keep(t, source, KEPT,
                                  arena_printf(a, "%lld %.*s", (long long)end_ms, STR_FMT(text)), life_s);
}

static result recall(struct task *t, const struct source *source, struct str *ret_key, bool *ret_found)
{
        struct str value, end_text, key;
        int64_t end_ms = 0;
        bool found;

        TRY(source->host->recall(t, source, KEPT, &value, &found));
        *ret_found = found && str_split(&value, ' ', &end_text) && str_to_int(end_text, &end_ms) &&
                     end_ms - iamsmart_of(source)->key_margin_ms > clock_now_ms() &&
                     is_ok(base64url_decode(task_arena(t), value, &key)) && key.len == IAMSMART_KEY_SIZE;
        if (*ret_found)
                *ret_key = key;
        return OK;
}

result iamsmart_content_key_renew(struct task *t, const struct source *source, struct str *ret_key)
{
        struct arena *a = task_arena(t);
        const struct iamsmart *s = iamsmart_of(source);
        const struct iamsmart_message message = { s->path_key, s->key_body };
        struct iamsmart_envelope e;
        const struct error *error;
        struct str raw, key;
        int64_t end_ms, now_ms = clock_now_ms();

        TRY(iamsmart_post(t, source, &message, &e, &raw));
        error = iamsmart_code_error(e.code);
        if (error)
                return fail_with(a, error, "getKey answered %.*s", STR_FMT(e.code));
        if (str_is_empty(json_str(e.content, "secretKey")))
                return fail(a, ERR_SOURCE_BAD_ANSWER, "getKey without secretKey");
        end_ms = iamsmart_expiry(json_int(e.content, "issueAt", 0), json_int(e.content, "expiresIn", 0));
        if (end_ms <= now_ms || end_ms > now_ms + KEY_LIFE_MAX_MS)
                return fail(a, ERR_SOURCE_BAD_ANSWER, "getKey's times are out of range");
        key = iamsmart_unwrap(a, s, json_str(e.content, "secretKey"), json_str(e.content, "pubKey"));
        TRY(keep(t, source, key, end_ms));
        *ret_key = key;
        return OK;
}

result iamsmart_content_key(struct task *t, const struct source *source, struct str *ret_key)
{
        bool found;

        TRY(recall(t, source, ret_key, &found));
        return found ? OK : iamsmart_content_key_renew(t, source, ret_key);
}
