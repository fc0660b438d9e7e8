/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Which of the platform's browsers a User-Agent is. An unknown mobile browser gets the QR page of PC_Browser, since the
 * app could not come back to it; so does a page inside another app (Android says "; wv"). */
#include "iamsmart.h"

#define AGENT_MAX 1024

static bool contains(struct str text, const char *part)
{
        return memmem(text.data, text.len, part, strlen(part)) != NULL;
}

static const struct {
        const char *platform;
        const char *browser;
        const char *source;
} rows[] = {
        /* Chromium browsers say "Chrome" and "Safari" too, so the more special ones come first. */
        { "iPhone", "FxiOS", "iOS_Firefox" },
        { "iPhone", "EdgiOS", "iOS_Edge" },
        { "iPhone", "CriOS", "iOS_Chrome" },
        { "iPhone", "Safari", "iOS_Safari" },
        { "Android", "SamsungBrowser", "Android_Samsung" },
        { "Android", "MiuiBrowser", "Android_Xiaomi" },
        { "Android", "XiaoMi", "Android_Xiaomi" },
        { "Android", "HuaweiBrowser", "Android_Huawei" },
        { "Android", "HonorBrowser", "Android_Huawei" },
        { "Android", "EdgA", "Android_Edge" },
        { "Android", "Firefox", "Android_Firefox" },
        { "Android", "Chrome", "Android_Chrome" },
};

struct str iamsmart_agent(struct str user_agent)
{
        struct str agent = str_head(user_agent, AGENT_MAX);

        if (str_is_empty(agent) || contains(agent, "; wv)"))
                return STR("PC_Browser");
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
                if (contains(agent, rows[i].platform) && contains(agent, rows[i].browser))
                        return str_from(rows[i].source);
        return STR("PC_Browser");
}
