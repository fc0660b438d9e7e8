/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Ids that carry the number of their slot. */
#include "slots.h"

#include "base64url.h"
#include "digest.h"
#include "secret.h"

#define SLOT_DIGITS 4

struct slot_id slot_id_make(struct arena *a, size_t slot)
{
        struct slot_id id;
        struct str random = hex_encode(a, random_bytes(a, (SLOT_ID_LEN - SLOT_DIGITS) / 2));
        struct buf b = buf_over(id.text, sizeof id.text);
        buf_printf(&b, "%04zx", slot);
        buf_add(&b, random);
        return id;
}

static int digit_of(char c)
{
        return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

size_t slot_id_index(struct str id)
{
        if (id.len != SLOT_ID_LEN)
                return SIZE_MAX;
        size_t index = 0;
        for (size_t i = 0; i < SLOT_DIGITS; i++) {
                int digit = digit_of(id.data[i]);
                if (digit < 0)
                        return SIZE_MAX;
                index = index * 16 + (size_t)digit;
        }
        return index;
}

bool slot_id_eq(const struct slot_id *id, struct str text)
{
        return id->text[0] && str_eq_secret(slot_id_str(id), text);
}

struct str slot_id_str(const struct slot_id *id)
{
        return str_from(id->text);
}

void field_set(char *field, size_t size, struct str text)
{
        size_t len = text.len < size ? text.len : size - 1;
        if (len)
                memcpy(field, text.data, len);
        field[len] = '\0';
}
