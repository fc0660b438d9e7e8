/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See status_list.h. One bit for each place; compressed by DEFLATE in the ZLIB format (RFC 1950, RFC 1951). */
#include "status_list.h"

#include <zlib.h>

#include "base64url.h"

struct str status_list_uri(struct arena *a, const struct config *config, int64_t list)
{
        return arena_printf(a, "%.*s/status_lists/%lld", STR_FMT(config->issuer), (long long)list);
}

json_t *status_list_claim(struct arena *a, const struct config *config, int64_t list, int64_t index)
{
        json_t *claim = json_new_object(a), *reference = json_object();

        json_put_int(reference, "idx", index);
        json_put_str(reference, "uri", status_list_uri(a, config, list));
        json_object_set_new(claim, "status_list", reference);
        return claim;
}

/* All places, also those at the end that nobody wrote. */
static result compress_bits(struct arena *a, const struct status_list *list, struct str *ret_packed)
{
        uLong whole = (uLong)(list->size / 8);
        uLongf room = compressBound(whole);
        unsigned char *bits = arena_new_array(a, unsigned char, whole), *packed = arena_new_array(a, unsigned char, room);

        memcpy(bits, list->bits.data ? list->bits.data : "", list->bits.len < whole ? list->bits.len : whole);
        if (compress2(packed, &room, bits, whole, Z_BEST_COMPRESSION) != Z_OK)
                return fail(a, ERR_SERVER_ERROR, "the status list can't be compressed");
        *ret_packed = str_slice(packed, room);
        return OK;
}

result status_list_render(struct arena *a, const struct config *config, const struct status_list *list,
                          json_t **ret_claims)
{
        json_t *claims = json_new_object(a), *content = json_object();
        struct str packed;

        json_object_set_new(claims, "status_list", content);
        TRY(compress_bits(a, list, &packed));
        json_put_str(claims, "iss", config->issuer);
        json_put_str(claims, "sub", status_list_uri(a, config, list->number));
        json_put_int(claims, "iat", list->now);
        json_put_int(claims, "exp", list->now + list->life);
        json_put_int(claims, "ttl", config->status_list.ttl);
        json_put_int(content, "bits", 1);
        json_put_str(content, "lst", base64url_encode(a, packed));
        *ret_claims = claims;
        return OK;
}

/* At most `max` bytes: what would be more is refused, not unpacked. */
static result inflate_bits(struct arena *a, struct str packed, size_t max, struct str *ret_bits)
{
        unsigned char *bits = arena_new_array(a, unsigned char, max);
        uLongf len = max;

        if (uncompress(bits, &len, (const unsigned char *)packed.data, packed.len) != Z_OK)
                return fail(a, ERR_VERIFY, "status list: not compressed as it should be, or too long");
        *ret_bits = str_slice(bits, len);
        return OK;
}

result status_list_read(struct arena *a, const json_t *claims, size_t max_size, struct str *ret_bits)
{
        const json_t *list = json_object_get(claims, "status_list");
        struct str packed;

        if (json_int(list, "bits", 0) != 1)
                return fail(a, ERR_VERIFY, "status list: not of one bit");
        if (!is_ok(base64url_decode(a, json_str(list, "lst"), &packed)))
                return fail(a, ERR_VERIFY, "status list: \"lst\" is not base64url");
        return inflate_bits(a, packed, max_size / 8, ret_bits);
}

result status_list_look(struct arena *a, struct str bits, int64_t index, bool *ret_revoked)
{
        if (index < 0 || (uint64_t)index >= (uint64_t)bits.len * 8)
                return fail(a, ERR_VERIFY, "status list: no such place");
        *ret_revoked = ((unsigned char)bits.data[index / 8] >> (index % 8)) & 1;
        return OK;
}
