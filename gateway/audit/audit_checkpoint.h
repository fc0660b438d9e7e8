/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Checkpoints: the gateway's signature (JWS, typ "baygate-audit+jwt") over where a chain stood:
 * {"node", "file", "seq", "hash", "time"}. They stand in the chain as records, and the latest beside it in {node}.head,
 * which tells when records at the end are missing. */
#pragma once

#include "audit_record.h"
#include "jws.h"

struct audit_checkpoint {
        struct str node, file;
        struct audit_link link;
        int64_t time;
};

result audit_checkpoint_sign(struct arena *a, struct key *key, const struct audit_checkpoint *c, struct str *ret_jws);
/* `keys` NULL: the signature is not checked. Errors: ERR_VERIFY, ERR_MALFORMED. */
result audit_checkpoint_read(struct arena *a, struct str jws, const struct jwks *keys,
                             struct audit_checkpoint *ret_checkpoint);
