/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The sandbox's settings: one YAML file, each section starts one stand-in. */
#pragma once

#include "guangdong.h"
#include "iamsmart.h"
#include "portal.h"
#include "schema.h"
#include "service.h"

struct settings {
        struct arena *arena; /* owns all views below; lives as long as the program */
        struct str host;
        bool loopback_only;
        int iamsmart_port, guangdong_port, portal_port, service_port; /* 0: not in the settings */
        struct iamsmart *iamsmart;
        struct guangdong *guangdong;
        struct portal *portal;
        struct service *service;
};

/* Reads `file`; names of key and secret files are relative to `keys` (empty: the folder of `file`). Mistakes are
 * added to the list. Errors: ERR_CONFIG. */
result settings_load(struct arena *a, struct str file, struct str keys, struct mistakes *mistakes,
                     struct settings *ret_settings);
void settings_done(struct settings *s);

/* A whole file of at most `max` bytes. Errors: ERR_CONFIG. */
result file_read(struct arena *a, struct str path, size_t max, struct str *ret_text);
/* A new file with this content and mode; never replaces one. Errors: ERR_CONFIG. */
result file_create(struct arena *a, struct str path, struct str text, unsigned mode);
