/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The service catalogue: items (事項) that people come for, each with the resource by which a client asks for it
 * (RFC 8707), what it may learn, the level that it needs and its purpose. A request for an item gets just that. */
#pragma once

#include "schema.h"

struct catalogue_item {
        struct str id;
        const json_t *titles;            /* {"en":…,"zh-Hant":…,"zh-Hans":…} */
        struct str resource;             /* also "aud" of its access tokens */
        struct str scopes;               /* space-separated */
        struct str acr_minimum;          /* may be empty */
        bool opaque_tokens;              /* its access tokens say nothing, whatever the client's are */
        struct str purpose;              /* id, as policies name it; empty: the client's */
        const json_t *purposes;          /* how the consent page says it; NULL: the client's */
        struct str policy;               /* id of the only release policy that applies; empty: any of the purpose */
        const struct str *clients;       /* ids of those who may ask for it */
        size_t client_count;
        struct str file;                 /* for mistakes found later */
        size_t line;
};

struct catalogue {
        const struct catalogue_item *items;
        size_t count;
};

/* The table, which is the manual (config_catalogue.c). */
extern const struct schema_field catalogue_schema[];

/* The item of this resource, compared byte for byte; NULL when unknown or not for this client. */
const struct catalogue_item *catalogue_find(const struct catalogue *c, struct str resource, struct str client_id);
/* The item with this id; NULL when unknown. */
const struct catalogue_item *catalogue_find_id(const struct catalogue *c, struct str id);
