/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Ids of things kept in fixed tables: 32 lower-case hexadecimal digits, of which the first four name the slot and
 * 112 bits are random. Looking one up needs no search; comparing is left to the table's owner. */
#pragma once

#include "result.h"

#define SLOT_ID_LEN 32
#define SLOTS_MAX 65536

struct slot_id {
        char text[SLOT_ID_LEN + 1];
};

struct slot_id slot_id_make(struct arena *a, size_t slot);
/* The slot that an id names; SIZE_MAX when it is no id. */
size_t slot_id_index(struct str id);
bool slot_id_eq(const struct slot_id *id, struct str text);
struct str slot_id_str(const struct slot_id *id);

/* A copy of outside text in a fixed field; text that does not fit is cut, so check its length before. */
void field_set(char *field, size_t size, struct str text);
