/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* One bit for each grant, 1 when it is revoked: what status lists are made of (IETF Token Status List). Places are
 * numbered on; list n has the places from n × STATUS_LIST_SIZE on. A list in which nothing was revoked takes no room.
 *
 * The bits are in clear: they say how many grants were revoked, not whose. */
#pragma once

#include "task.h"

/* Places in a list: 8 KiB, which as a signed list stays below JWS_MAX even when it can't be compressed at all. */
#define STATUS_LIST_SIZE (1 << 16)

/* A new place: the next number. Should the counter be lost, it goes on far behind all places that were given out. */
result status_bits_place(struct task *t, int64_t *ret_place);
/* Marks it as revoked, until nothing that points to it is taken any more: `until` (seconds) and a margin. */
result status_bits_set(struct task *t, int64_t place, int64_t until);
/* The bits of a list, eight to a byte from the least significant on, without the zero bytes at the end.
 * *ret_found is false for a list behind the last place that was given out. */
result status_bits_get(struct task *t, int64_t list, struct str *ret_bits, bool *ret_found);
