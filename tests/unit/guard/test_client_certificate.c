/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Certificates in headers, in both forms; the thumbprint is of the bytes. */
#include "unit.h"

#include "base64url.h"
#include "client_certificate.h"
#include "digest.h"

#define DER "\x30\x03\x02\x01\x05" /* a sequence; more does not matter here */
#define BEGIN "-----BEGIN%20CERTIFICATE-----%0A"
#define END "%0A-----END%20CERTIFICATE-----%0A"

static result thumbprint(const char *value, enum client_certificate_format format)
{
        auto_arena a = arena_new(1 << 16);
        struct str got = STR("untouched");
        result r = client_certificate_thumbprint(a, str_from(value), format, &got);
        if (is_ok(r))
                assert_same_str(got, sha256_base64url(a, STR(DER)));
        else
                assert_str_eq(got, "untouched");
        return r;
}

static void test_rfc9440(void **state)
{
        (void)state;
        assert_ok(thumbprint(":MAMCAQU=:", CLIENT_CERTIFICATE_RFC9440));
        assert_ok(thumbprint(" :MAMCAQU=: ", CLIENT_CERTIFICATE_RFC9440));
        static const char *const bad[] = { "", ":", "::", "MAMCAQU=", ":MAMCAQU=", "MAMCAQU=:", ":MAMCAQU:", ":M:", ":!:",
                                           ":AAAA:", ":MA==:", ":MAMCAQU=:, :MAMCAQU=:", BEGIN "MAMCAQU=" END };
        for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
                assert_error(thumbprint(bad[i], CLIENT_CERTIFICATE_RFC9440), ERR_MALFORMED);
}

static void test_pem(void **state)
{
        (void)state;
        assert_ok(thumbprint(BEGIN "MAMCAQU=" END, CLIENT_CERTIFICATE_PEM));
        assert_ok(thumbprint(BEGIN "MAMC%0D%0AAQU%3D" END, CLIENT_CERTIFICATE_PEM));
        assert_ok(thumbprint(BEGIN "MAMCAQU=" END BEGIN "AAAA" END, CLIENT_CERTIFICATE_PEM)); /* the first one */
        static const char *const bad[] = { "", "MAMCAQU=", BEGIN, BEGIN "MAMCAQU=", BEGIN END, BEGIN "!!" END, "%", "%00",
                                           ":MAMCAQU=:", "x" BEGIN "MAMCAQU=" END };
        for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
                assert_error(thumbprint(bad[i], CLIENT_CERTIFICATE_PEM), ERR_MALFORMED);
}

int main(void)
{
        const struct CMUnitTest tests[] = { cmocka_unit_test(test_rfc9440), cmocka_unit_test(test_pem) };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
