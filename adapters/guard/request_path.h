/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The path of a request, as rules compare it. A service and its proxy must not read it differently than the guard, so
 * whatever servers are known to disagree about is refused rather than repaired: dot segments, empty segments, encoded
 * slashes, backslashes and percent signs, ";" with what follows it, bytes that are not UTF-8 (RFC 3986, section 6.2). */
#pragma once

#include "result.h"

#define REQUEST_PATH_MAX 4096

/* `target` as a proxy passes it on: a path that begins with "/", perhaps with a query, which is cut off. *ret_path is
 * percent-decoded. Errors: ERR_ACCESS_DENIED. */
result request_path_parse(struct arena *a, struct str target, struct str *ret_path);
/* Is `path` the same as `prefix`, or does it go on below it, by whole segments? "/" has everything below it. `prefix` has
 * no "/" at its end but that. */
bool request_path_is_under(struct str path, struct str prefix);
