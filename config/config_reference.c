/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The manual of settings, printed from the tables (docs/settings.md). */
#include "config_load.h"

static const char introduction[] =
        "<!-- Made by `baygate config reference` from the tables in config/ and adapters/; edit those. -->\n"
        "\n"
        "# Settings\n"
        "\n"
        "One YAML file. `baygate config check FILE` lists every mistake with its line. Relative paths start at the\n"
        "settings file's folder. Durations have a unit: `90s`, `15m`, `8h`, `30d`. Addresses are https, or http on\n"
        "loopback. Unknown and repeated settings, aliases and tags are mistakes. `a.b` is `b` inside `a`; `a[].b` is\n"
        "`b` in each item of the list `a`. [config/sample/baygate.yaml](../config/sample/baygate.yaml) is a commented\n"
        "example.\n"
        "\n";

struct str config_reference(struct arena *a, const struct config_source_type *types)
{
        struct buf b = buf_in(a, 1024 * 1024);
        buf_add_text(&b, introduction);
        buf_add(&b, schema_reference(a, "The gateway", config_schema));
        buf_add_char(&b, '\n');
        buf_add(&b, schema_reference(a, "A file of the service catalogue", catalogue_schema));
        for (; types->type; types++) {
                const char *title = arena_cstr(a, arena_printf(a, "`settings` of a source of type `%s`", types->type));
                buf_add_char(&b, '\n');
                buf_add(&b, schema_reference(a, title, types->schema));
        }
        return buf_str(&b);
}
