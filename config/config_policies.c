/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The release policies of the settings: the files are read, and clients and policies have to know each other. */
#include "config_load.h"

#include <errno.h>
#include <unistd.h>

#include "spelling.h"

/* Relative paths start at the settings file's folder. */
static struct str path_of(struct config_loading *l, struct str path)
{
        struct str file = l->config->file;
        size_t folder = file.len;
        while (folder > 0 && file.data[folder - 1] != '/')
                folder--;
        return str_starts(path, STR("/")) ? path : ARENA_JOIN(l->arena, str_head(file, folder), path);
}

static bool has_client(const struct config *c, struct str client_id)
{
        for (size_t i = 0; i < c->client_count; i++)
                if (str_eq(c->clients[i].client_id, client_id))
                        return true;
        return false;
}

static void check_clients(struct config_loading *l, const struct policy *p)
{
        for (size_t i = 0; i < p->client_count; i++)
                if (!has_client(l->config, p->clients[i]))
                        mistake_at_item(l->mistakes, p->tree, "clients", i,
                                        arena_printf(l->arena, "there is no client \"%.*s\"", STR_FMT(p->clients[i])));
}

/* A purpose that no policy has is a slip of the pen: everything that crosses would be held back. */
static void check_purpose(struct config_loading *l, const struct client *client, const json_t *object)
{
        const struct policy_list *list = &l->config->policies;
        struct spelling spelling = spelling_of(client->purpose);
        for (size_t i = 0; i < list->count; i++) {
                if (str_eq(list->items[i].purpose, client->purpose))
                        return;
                spelling_consider(&spelling, list->items[i].purpose);
        }
        if (client->purpose.len > 0 && list->count > 0)
                mistake_at(l->mistakes, object, "purpose", "no policy has the purpose \"%.*s\"%.*s",
                           STR_FMT(client->purpose), STR_FMT(spelling_hint(l->arena, &spelling)));
}

static void read_file(struct config_loading *l, const json_t *tree, size_t index, struct str path)
{
        if (access(arena_cstr(l->arena, path), R_OK) == 0)
                policy_read(l->arena, path, l->mistakes, &l->config->policies);
        else
                mistake_at_item(l->mistakes, tree, "policies", index,
                                arena_printf(l->arena, "%.*s: %s", STR_FMT(path), strerror(errno)));
}

void config_load_policies(struct config_loading *l, const json_t *tree)
{
        struct config *c = l->config;
        const json_t *clients = json_object_get(tree, "clients");
        size_t count;
        const struct str *files = config_strings(l->arena, tree, "policies", &count);
        for (size_t i = 0; i < count; i++)
                read_file(l, tree, i, path_of(l, files[i]));
        policy_check_all(&c->policies, l->mistakes);
        for (size_t i = 0; i < c->policies.count; i++)
                check_clients(l, &c->policies.items[i]);
        for (size_t i = 0; i < c->client_count; i++)
                check_purpose(l, &c->clients[i], json_array_get(clients, i));
}
