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
#define ASK_AGAIN_MS 30000

/* Index of the KEK with this public key (base64 of its DER form); kek_count when none has it. */
static size_t named_kek(struct arena *a, const struct iamsmart *s, struct str public_key)
{
        size_t i = 0;

        while (i < s->kek_count && !str_eq(base64_encode(a, rsa_key_public_der(a, s->keks[i])), public_key))
                i++;
        return i;
}

static bool unwrap_with(struct arena *a, const struct iamsmart *s, size_t kek, struct str wrapped, struct str *ret_key)
{
        struct str key;

        if (!is_ok(rsa_unwrap(a, s->keks[kek], &(struct rsa_wrapped){ wrapped, s->padding, IAMSMART_KEY_SIZE, BASE64_KEY_SIZE }, &key)))
                return false;
        if (key.len == BASE64_KEY_SIZE && !is_ok(base64_decode(a, key, &key)))
                return false;
        if (key.len != IAMSMART_KEY_SIZE)
                return false;
        *ret_key = key;
        return true;
}

/* All keys that come into question are tried, whichever fits. Only what the sender knows anyway, the length and the
 * alphabet of `wrapped`, decides how much is computed. */
struct str iamsmart_unwrap(struct arena *a, const struct iamsmart *s, struct str wrapped, struct str public_key,
                           bool *ret_genuine)
{
        size_t only = named_kek(a, s, public_key);
        struct str key = random_bytes(a, IAMSMART_KEY_SIZE), bytes = { 0 };
        bool genuine = false;

        if (!is_ok(base64_decode(a, wrapped, &bytes)))
                bytes = (struct str){ 0 };
        for (size_t i = 0; i < s->kek_count; i++)
                if (only == s->kek_count || only == i)
                        genuine |= unwrap_with(a, s, i, bytes, &key);
        arena_clear_reason(a); /* which try failed how is nobody's business */
        *ret_genuine = genuine;
        return key;
}

/* The kept value: the moment from which the platform is asked again in milliseconds, a blank, the key in base64url.
 * Until a key has ended, the platform answers with the same one, so the margin before its end would mean a question for
 * each call: it is asked every ASK_AGAIN_MS only. */
static result keep(struct task *t, const struct source *source, struct str key, int64_t end_ms)
{
        struct arena *a = task_arena(t);
        int64_t now_ms = clock_now_ms(), life_s = (end_ms - now_ms) / 1000;
        int64_t ask_ms = end_ms - iamsmart_of(source)->key_margin_ms;
        struct str text = base64url_encode(a, key);

        if (life_s <= 0)
                return OK;
        if (ask_ms < now_ms + ASK_AGAIN_MS)
                ask_ms = now_ms + ASK_AGAIN_MS;
        if (ask_ms > end_ms)
                ask_ms = end_ms;
        return source->host->keep(t, source, KEPT,
                                  arena_printf(a, "%lld %.*s", (long long)ask_ms, STR_FMT(text)), life_s);
}

static result recall(struct task *t, const struct source *source, struct str *ret_key, bool *ret_found)
{
        struct str value, ask_text, key;
        int64_t ask_ms = 0;
        bool found;

        TRY(source->host->recall(t, source, KEPT, &value, &found));
        *ret_found = found && str_split(&value, ' ', &ask_text) && str_to_int(ask_text, &ask_ms) &&
                     ask_ms > clock_now_ms() && is_ok(base64url_decode(task_arena(t), value, &key)) &&
                     key.len == IAMSMART_KEY_SIZE;
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
        bool genuine;

        TRY(iamsmart_post(t, source, &message, &e, &raw));
        error = iamsmart_code_error(e.code);
        if (error)
                return fail_with(a, error, "getKey answered %.*s", STR_FMT(e.code));
        if (str_is_empty(json_str(e.content, "secretKey")))
                return fail(a, ERR_SOURCE_BAD_ANSWER, "getKey without secretKey");
        end_ms = iamsmart_expiry(json_int(e.content, "issueAt", 0), json_int(e.content, "expiresIn", 0));
        if (end_ms <= now_ms)
                return fail(a, ERR_SOURCE_BAD_ANSWER, "getKey gave a key that has ended");
        if (end_ms > now_ms + KEY_LIFE_MAX_MS)
                end_ms = now_ms + KEY_LIFE_MAX_MS;
        key = iamsmart_unwrap(a, s, json_str(e.content, "secretKey"), json_str(e.content, "pubKey"), &genuine);
        if (!genuine)
                return fail(a, ERR_SOURCE_BAD_ANSWER, "getKey's key does not open: is it another KEK or padding?");
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
