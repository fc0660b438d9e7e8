/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* THE table of signature algorithms: JOSE name, key type, digest, signature form. RFC 7518, RFC 8037, RFC 9864;
 * SGD_SM3_SM2 as in GM/T 0125.1. */
#pragma once

#include "result.h"

enum alg { ALG_NONE = 0, ALG_RS256, ALG_PS256, ALG_ES256, ALG_EDDSA, ALG_SM2, ALG_COUNT_ };

/* "ES256"; NULL for ALG_NONE. */
const char *alg_name(enum alg alg);
/* ALG_NONE for any name that is not a row, "none" included. "Ed25519" (RFC 9864) finds EdDSA. */
enum alg alg_find(struct str name);
/* A JSON array of all names, for discovery. */
json_t *alg_names(struct arena *a);
