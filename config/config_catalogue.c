/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The service catalogue: its files are read, and items, clients and scopes have to know each other. */
#include "config_load.h"
#include "spelling.h"
#include "yaml_tree.h"

static const struct schema_field item_fields[] = {
        { .name = "id", .kind = SCHEMA_ID, .required = true, .doc = "Name of the item, in the log and in records." },
        { .name = "titles", .kind = SCHEMA_TITLES, .required = true, .doc = "Name shown to people." },
        { .name = "resource", .kind = SCHEMA_URL, .required = true,
          .doc = "`resource` of the requests for it (RFC 8707), compared byte for byte, and `aud` of its access tokens." },
        { .name = "scopes", .kind = SCHEMA_STRINGS, .required = true, .min = 1, .max = 64,
          .doc = "What a request for it gets at most; its clients must have them all." },
        { .name = "acr_minimum", .kind = SCHEMA_STRING, .min = 1, .max = 255,
          .doc = "Least level of assurance, an `acr` of the assurance map; a must, beside the client's." },
        { .name = "opaque_tokens", .kind = SCHEMA_BOOL, .fallback = "false",
          .doc = "Its access tokens say nothing; the service asks by introspection. Default: as the client's "
                 "`access_token_format` says." },
        { .name = "purpose", .kind = SCHEMA_ID, .doc = "Purpose of the processing; default: the client's." },
        { .name = "purpose_titles", .kind = SCHEMA_TITLES,
          .doc = "The purpose as the consent page says it; default: the client's." },
        { .name = "policy", .kind = SCHEMA_ID,
          .doc = "Id of the only release policy that applies; default: any of the purpose." },
        { .name = "clients", .kind = SCHEMA_STRINGS, .required = true, .min = 1, .max = 4096,
          .doc = "Clients that may ask for it." },
        { .kind = SCHEMA_END },
};

const struct schema_field catalogue_schema[] = {
        { .name = "items", .kind = SCHEMA_OBJECTS, .fields = item_fields, .unique = "id", .required = true, .min = 1,
          .max = 4096, .doc = "The items." },
        { .kind = SCHEMA_END },
};

#define ITEMS_MAX 4096

/* The catalogue being read. */
struct catalogue_reading {
        struct config_loading *loading;
        struct catalogue_item *items;
        size_t count;
};

static const struct client *find_client(const struct config *c, struct str client_id, struct spelling *spelling)
{
        for (size_t i = 0; i < c->client_count; i++) {
                if (str_eq(c->clients[i].client_id, client_id))
                        return &c->clients[i];
                spelling_consider(spelling, c->clients[i].client_id);
        }
        return NULL;
}

/* A client that may not have a scope of the item would get less than the catalogue says. */
static void check_scopes(struct config_loading *l, const json_t *object, size_t index, const struct client *client)
{
        const json_t *scopes = json_object_get(object, "scopes");
        for (size_t i = 0; i < json_array_size(scopes); i++) {
                struct str scope = json_text(json_array_get(scopes, i));
                if (!str_has_word(client->scopes, scope))
                        mistake_at_item(l->mistakes, object, "clients", index,
                                        arena_printf(l->arena, "\"%.*s\" may not have the scope \"%.*s\"",
                                                     STR_FMT(client->client_id), STR_FMT(scope)));
        }
}

static void check_clients(struct config_loading *l, const json_t *object, const struct catalogue_item *item)
{
        for (size_t i = 0; i < item->client_count; i++) {
                struct spelling spelling = spelling_of(item->clients[i]);
                const struct client *client = find_client(l->config, item->clients[i], &spelling);
                if (client)
                        check_scopes(l, object, i, client);
                else
                        mistake_at_item(l->mistakes, object, "clients", i,
                                        arena_printf(l->arena, "there is no client \"%.*s\"%.*s",
                                                     STR_FMT(item->clients[i]),
                                                     STR_FMT(spelling_hint(l->arena, &spelling))));
        }
}

/* A purpose or a policy that there is not would hold back everything that crosses. */
static void check_policy(struct config_loading *l, const json_t *object, const struct catalogue_item *item)
{
        const struct policy_list *list = &l->config->policies;
        bool purpose_known = list->count == 0 || item->purpose.len == 0, policy_known = item->policy.len == 0;
        for (size_t i = 0; i < list->count; i++) {
                const struct policy *p = &list->items[i];
                bool same_purpose = item->purpose.len == 0 || str_eq(p->purpose, item->purpose);
                purpose_known = purpose_known || same_purpose;
                policy_known = policy_known || (same_purpose && str_eq(p->id, item->policy));
        }
        if (!purpose_known)
                mistake_at(l->mistakes, object, "purpose", "no policy has the purpose \"%.*s\"", STR_FMT(item->purpose));
        else if (!policy_known)
                mistake_at(l->mistakes, object, "policy", "there is no policy \"%.*s\" for this purpose",
                           STR_FMT(item->policy));
}

/* Across all files; ids within one are the table's business. The issuer is the audience of tokens for the gateway itself. */
static void check_unique(const struct catalogue_reading *r, const json_t *object, const struct catalogue_item *item)
{
        for (size_t i = 0; i < r->count; i++) {
                if (item->id.len > 0 && str_eq(r->items[i].id, item->id) && !str_eq(r->items[i].file, item->file))
                        mistake_at(r->loading->mistakes, object, "id", "there is another item \"%.*s\"",
                                   STR_FMT(item->id));
                if (item->resource.len > 0 && str_eq(r->items[i].resource, item->resource))
                        mistake_at(r->loading->mistakes, object, "resource", "\"resource\": item \"%.*s\" has the same",
                                   STR_FMT(r->items[i].id));
        }
        if (str_eq(item->resource, r->loading->config->issuer))
                mistake_at(r->loading->mistakes, object, "resource", "\"resource\" must not be the issuer");
}

static struct str join_words(struct arena *a, const struct str *words, size_t count)
{
        struct buf joined = buf_in(a, 64 * 1024);
        for (size_t i = 0; i < count; i++) {
                if (i > 0)
                        buf_add_char(&joined, ' ');
                buf_add(&joined, words[i]);
        }
        return buf_str(&joined);
}

static void read_item(struct catalogue_reading *r, struct str file, const json_t *object)
{
        struct arena *a = r->loading->arena;
        size_t count;
        const struct str *scopes = config_strings(a, object, "scopes", &count);
        struct catalogue_item item = {
                .id = config_str(a, object, "id"),
                .titles = json_object_get(object, "titles"),
                .resource = config_str(a, object, "resource"),
                .scopes = join_words(a, scopes, count),
                .acr_minimum = config_str(a, object, "acr_minimum"),
                .opaque_tokens = json_bool(object, "opaque_tokens", false),
                .purpose = config_str(a, object, "purpose"),
                .purposes = json_object_get(object, "purpose_titles"),
                .policy = config_str(a, object, "policy"),
                .file = file,
                .line = (size_t)json_int(object, "$line", 0),
        };
        item.clients = config_strings(a, object, "clients", &item.client_count);
        check_clients(r->loading, object, &item);
        check_policy(r->loading, object, &item);
        check_unique(r, object, &item);
        if (r->count == ITEMS_MAX)
                mistake_at(r->loading->mistakes, object, NULL, "more than %d items", ITEMS_MAX);
        else
                r->items[r->count++] = item;
}

static void read_catalogue_file(struct catalogue_reading *r, const json_t *tree, size_t index, struct str path)
{
        struct config_loading *l = r->loading;
        json_t *content = NULL, *object;
        struct str yaml;
        size_t i;
        int error = config_read_path(l->arena, path, YAML_MAX, &yaml);
        if (error) {
                mistake_at_item(l->mistakes, tree, "catalogue", index,
                                arena_printf(l->arena, "%.*s: %s", STR_FMT(path), strerror(error)));
                return;
        }
        ignore_failure(schema_read(path, yaml, catalogue_schema, l->mistakes, &content), "in l->mistakes");
        json_array_foreach(json_object_get(content, "items"), i, object)
                read_item(r, path, object);
}

void config_load_catalogue(struct config_loading *l, const json_t *tree)
{
        struct catalogue_reading r = { .loading = l };
        size_t count;
        const struct str *files = config_strings(l->arena, tree, "catalogue", &count);
        if (count == 0)
                return;
        r.items = arena_new_array(l->arena, struct catalogue_item, ITEMS_MAX);
        for (size_t i = 0; i < count; i++)
                read_catalogue_file(&r, tree, i, files[i]);
        l->config->catalogue = (struct catalogue){ r.items, r.count };
}

const struct catalogue_item *catalogue_find(const struct catalogue *c, struct str resource, struct str client_id)
{
        for (size_t i = 0; i < c->count; i++) {
                if (!str_eq(c->items[i].resource, resource))
                        continue;
                for (size_t n = 0; n < c->items[i].client_count; n++)
                        if (str_eq(c->items[i].clients[n], client_id))
                                return &c->items[i];
                return NULL;
        }
        return NULL;
}

const struct catalogue_item *catalogue_find_id(const struct catalogue *c, struct str id)
{
        for (size_t i = 0; i < c->count; i++)
                if (str_eq(c->items[i].id, id))
                        return &c->items[i];
        return NULL;
}
