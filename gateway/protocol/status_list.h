/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Token Status List (IETF draft-ietf-oauth-status-list): the claim by which a token names its place, and the list that
 * says of each place whether it is revoked. */
#pragma once

#include "config.h"

#define STATUS_LIST_TYPE "statuslist+jwt"

/* Address of list number `list`. */
struct str status_list_uri(struct arena *a, const struct config *config, int64_t list);
/* {"status_list": {"idx": …, "uri": …}}: place `index` of list number `list`. */
json_t *status_list_claim(struct arena *a, const struct config *config, int64_t list, int64_t index);

struct status_list {
        int64_t number;
        struct str bits;      /* as records/status_bits gives them */
        size_t size;          /* places */
        int64_t now;          /* seconds */
        int64_t life;         /* seconds until the signed list expires */
};
/* The claims of the signed list. Errors: ERR_SERVER_ERROR when it can't be compressed. */
result status_list_render(struct arena *a, const struct config *config, const struct status_list *list,
                          json_t **ret_claims);
/* The bits of such a list, eight to a byte from the least significant on. `max_size`: most places that are unpacked.
 * Errors: ERR_VERIFY for anything but a valid list. */
result status_list_read(struct arena *a, const json_t *claims, size_t max_size, struct str *ret_bits);
/* Is place `index` of these bits revoked? Errors: ERR_VERIFY when there is no such place. */
result status_list_look(struct arena *a, struct str bits, int64_t index, bool *ret_revoked);
