/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* client_certificate_thumbprint of any bytes, in both formats: what it accepts has a thumbprint of 43 characters. */
#include "fuzz.h"

#include "client_certificate.h"

static void check(struct str value, enum client_certificate_format format)
{
        auto_arena a = arena_new(FUZZ_ARENA_CAP);
        struct str thumbprint = { 0 };
        bool good = is_ok(client_certificate_thumbprint(a, value, format, &thumbprint));
        fuzz_expect(good ? thumbprint.len == 43 && value.len > 4 : !thumbprint.data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        check(str_slice(data, size), CLIENT_CERTIFICATE_RFC9440);
        check(str_slice(data, size), CLIENT_CERTIFICATE_PEM);
        return 0;
}
