/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* One small configuration for tests of the provider side: a confidential client, one that may do without PKCE, and a
 * public one with loopback and private-use redirect URIs. */
#pragma once

#include <stdlib.h>
#include <unistd.h>

#include "config.h"

static const struct schema_field fixed_source_fields[] = {
        { .name = "base", .kind = SCHEMA_URL, .required = true, .doc = "Base." },
        { .kind = SCHEMA_END },
};
static const struct config_source_type fixed_types[] = { { "test", fixed_source_fields }, { NULL, NULL } };

#define FIXED_SECRET "a secret of enough length"
#define FIXED_TITLES "titles: {en: A, zh-Hant: 甲, zh-Hans: 乙}"

static const char fixed_yaml[] =
        "issuer: http://localhost:8080\n"
        "sources:\n"
        "  - {id: hk, type: test, jurisdiction: HK, " FIXED_TITLES ", settings: {base: https://hk.example}}\n"
        "  - {id: cn, type: test, jurisdiction: CN, " FIXED_TITLES ", settings: {base: https://cn.example}}\n"
        "clients:\n"
        "  - client_id: portal\n"
        "    " FIXED_TITLES "\n"
        "    jurisdiction: CN\n"
        "    client_secret: " FIXED_SECRET "\n"
        "    redirect_uris: [https://portal.example/callback, 'https://portal.example/callback?from=hk']\n"
        "    scopes: [openid, profile]\n"
        "    audience: https://api.example\n"
        "    binding_source: cn\n"
        "  - client_id: plain\n"
        "    " FIXED_TITLES "\n"
        "    jurisdiction: HK\n"
        "    auth: client_secret_post\n"
        "    client_secret: " FIXED_SECRET "\n"
        "    redirect_uris: [https://plain.example/cb]\n"
        "    require_pkce: false\n"
        "    sources: [hk]\n"
        "  - client_id: app\n"
        "    " FIXED_TITLES "\n"
        "    jurisdiction: CN\n"
        "    auth: none\n"
        "    sector: app.example\n"
        "    redirect_uris: ['http://127.0.0.1/cb', 'http://[::1]:8000/cb?x=1', 'http://localhost/cb',\n"
        "                    'com.example.app:/cb']\n"
        "    scopes: [openid, profile, email, phone]\n";

/* NULL when it could not be loaded; config_free it. */
static inline struct config *fixed_config(void)
{
        char path[] = "/tmp/baygate-fixed-XXXXXX";
        int fd = mkstemp(path);
        auto_arena a = arena_new(1 << 20);
        struct mistakes mistakes = { .arena = a };
        struct config *config = NULL;
        bool written = fd >= 0 && write(fd, fixed_yaml, sizeof(fixed_yaml) - 1) == (ssize_t)sizeof(fixed_yaml) - 1;
        result r = OK;
        if (written)
                r = config_load(str_from(path), fixed_types, NULL, &mistakes, &config);
        if (fd >= 0) {
                close(fd);
                unlink(path);
        }
        return is_ok(r) ? config : NULL;
}
