/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The certificate with which a client came to the proxy, as the proxy passes it on (RFC 9440; RFC 8705, section 3). */
#pragma once

#include "result.h"

enum client_certificate_format {
        CLIENT_CERTIFICATE_RFC9440 = 1, /* ":BASE64OFDER:" */
        CLIENT_CERTIFICATE_PEM,         /* percent-encoded PEM: nginx's $ssl_client_escaped_cert */
};

/* The thumbprint as in cnf's "x5t#S256". Errors: ERR_MALFORMED. */
result client_certificate_thumbprint(struct arena *a, struct str value, enum client_certificate_format format,
                                     struct str *ret_thumbprint);
