/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* From a header's value to the thumbprint of the certificate in it. The proxy has verified the certificate; here only its
 * bytes matter (RFC 8705, section 3.1). */
#include "client_certificate.h"

#include "base64url.h"
#include "digest.h"
#include "uri.h"

#define DER_SEQUENCE 0x30

static result malformed(struct arena *a)
{
        return fail(a, ERR_MALFORMED, "the header of the client certificate does not hold one");
}

/* A byte sequence of RFC 8941, section 3.3.5. */
static result open_colons(struct arena *a, struct str value, struct str *ret_base64)
{
        if (value.len < 3 || value.data[0] != ':' || value.data[value.len - 1] != ':')
                return malformed(a);
        *ret_base64 = str_slice(value.data + 1, value.len - 2);
        return OK;
}

/* The first certificate, without its lines' ends. */
static result open_pem(struct arena *a, struct str value, struct str *ret_base64)
{
        const struct str begin = STR("-----BEGIN CERTIFICATE-----");
        struct str pem, rest, line;
        TRY(uri_decode(a, value, &pem));
        if (!str_starts(pem, begin))
                return malformed(a);
        struct buf base64 = buf_in(a, pem.len);
        for (rest = str_from_index(pem, begin.len); str_split(&rest, '\n', &line);) {
                if (str_is(str_trim(line), "-----END CERTIFICATE-----")) {
                        *ret_base64 = buf_str(&base64);
                        return OK;
                }
                buf_add(&base64, str_trim(line));
        }
        return malformed(a);
}

result client_certificate_thumbprint(struct arena *a, struct str value, enum client_certificate_format format,
                                     struct str *ret_thumbprint)
{
        struct str base64, der;
        if (format == CLIENT_CERTIFICATE_PEM)
                TRY(open_pem(a, value, &base64));
        else
                TRY(open_colons(a, str_trim(value), &base64));
        TRY(base64_decode(a, base64, &der));
        if (der.len < 2 || (unsigned char)der.data[0] != DER_SEQUENCE)
                return malformed(a);
        *ret_thumbprint = sha256_base64url(a, der);
        return OK;
}
