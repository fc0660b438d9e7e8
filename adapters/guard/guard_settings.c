/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* From the checked tree to the settings, and the checks that need more than one of them. */
#include "guard_settings.h"

#include <unistd.h>

#include "request_path.h"
#include "uri.h"

#define FILE_SIZE_MAX ((size_t)1024 * 1024)

struct loading {
        struct arena *arena;
        struct mistakes *mistakes;
        const json_t *tree;
        struct guard_settings *settings;
};

static struct str text(struct loading *l, const json_t *object, const char *name)
{
        return arena_copy(l->arena, json_str(object, name));
}

static const struct str *texts(struct loading *l, const json_t *list, size_t *ret_count)
{
        size_t count = json_array_size(list);
        struct str *items = arena_new_array(l->arena, struct str, count + 1);
        for (size_t i = 0; i < count; i++)
                items[i] = arena_copy(l->arena, json_text(json_array_get(list, i)));
        *ret_count = count;
        return items;
}

static bool is_made_of(struct str s, const char *others)
{
        for (size_t i = 0; i < s.len; i++) {
                char c = s.data[i];
                bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
                if (!letter && !(c && strchr(others, c)))
                        return false;
        }
        return s.len > 0;
}

/* Goes between quotes in a challenge as it is. */
static bool is_quotable(struct str s)
{
        return str_is_printable_ascii(s) && str_find(s, '"') == s.len && str_find(s, '\\') == s.len;
}

/* RFC 6749, section 3.3; acr values, which are put in one list, alike. */
static void check_words(struct loading *l, const json_t *object, const char *member)
{
        const json_t *list = json_object_get(object, member);
        for (size_t i = 0; i < json_array_size(list); i++) {
                struct str word = json_text(json_array_get(list, i));
                if (!is_quotable(word) || str_find(word, ' ') < word.len)
                        mistake_at_item(l->mistakes, object, member, i,
                                        STR("must be printable ASCII without blanks, '\"' and '\\'"));
        }
}

/* ---- headers ---- */

/* Without "_", which some servers take for "-": then a client could send the same header by another name. */
static bool is_header_name(struct str name)
{
        return name.len <= 64 && is_made_of(name, "-");
}

static const char *header_name(struct loading *l, const json_t *object, const char *member)
{
        struct str name = text(l, object, member);
        if (name.len > 0 && !is_header_name(name))
                mistake_at(l->mistakes, object, member, "\"%s\" must be a header's name of letters, digits and \"-\"", member);
        return name.len > 0 ? name.data : NULL;
}

/* Headers that mean something to the proxy, to the service's server or to the guard itself. */
static bool is_taken(const struct guard_settings *s, struct str name)
{
        static const char *const taken[] = {
                "authorization", "connection",        "content-length", "content-type", "cookie",     "dpop", "host",
                "set-cookie",    "transfer-encoding", "www-authenticate", "cache-control", "x-request-id", "location",
                "te",            "upgrade",           "content-encoding", "date"
        };
        const char *const own[] = { s->uri_header, s->method_header, s->certificate_header };
        bool found = false;
        for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
                found |= str_eq_nocase(name, str_from(taken[i]));
        for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
                found |= own[i] && str_eq_nocase(name, str_from(own[i]));
        for (size_t i = 0; i < s->header_count; i++)
                found |= str_eq_nocase(name, str_from(s->headers[i].name));
        return found;
}

static void load_headers(struct loading *l)
{
        struct guard_settings *s = l->settings;
        json_t *map = json_object_get(l->tree, "headers");
        if (json_object_size(map) > IDENTITY_HEADERS_MAX) {
                mistake_at(l->mistakes, l->tree, "headers", "\"headers\" has more than %d", IDENTITY_HEADERS_MAX);
                return;
        }
        struct identity_header *headers = arena_new_array(l->arena, struct identity_header, IDENTITY_HEADERS_MAX);
        s->headers = headers;
        const char *claim;
        json_t *value;
        json_object_foreach(map, claim, value) {
                struct str name = arena_copy(l->arena, json_text(value));
                if (!is_header_name(name) || is_taken(s, name))
                        mistake_at(l->mistakes, l->tree, "headers",
                                   "\"headers\": \"%s\" must be a header's name of letters, digits and \"-\", different from "
                                   "the others and not one that servers use themselves",
                                   claim);
                headers[s->header_count++] = (struct identity_header){ arena_copy(l->arena, str_from(claim)), name.data };
        }
}

/* ---- rules ---- */

static unsigned algs_of(const json_t *object)
{
        const json_t *list = json_object_get(object, "algs");
        unsigned algs = 0;
        for (size_t i = 0; i < json_array_size(list); i++)
                algs |= 1U << alg_find(json_text(json_array_get(list, i)));
        return algs;
}

static struct str rule_path(struct loading *l, const json_t *object)
{
        auto_arena scratch = arena_new(FILE_SIZE_MAX);
        struct str path = STR("/");
        if (!is_ok(request_path_parse(scratch, json_str(object, "path"), &path)))
                mistake_at(l->mistakes, object, "path", "\"path\": %.*s", STR_FMT(arena_reason(scratch)));
        bool slash = path.len > 1 && str_ends(path, STR("/"));
        return arena_copy(l->arena, str_head(path, path.len - slash));
}

static struct str joined(struct loading *l, const struct str *words, size_t count)
{
        struct buf b = buf_in(l->arena, FILE_SIZE_MAX);
        for (size_t i = 0; i < count; i++) {
                buf_add_text(&b, i > 0 ? " " : "");
                buf_add(&b, words[i]);
        }
        return buf_str(&b);
}

/* The levels from `acr_minimum` on. */
static void load_minimum(struct loading *l, const json_t *object, struct rule *rule)
{
        struct str minimum = json_str(object, "acr_minimum");
        if (str_is_empty(minimum))
                return;
        size_t count = 0;
        const struct str *order = texts(l, json_object_get(l->tree, "acr_order"), &count);
        while (count > 0 && !str_eq(*order, minimum)) {
                order++;
                count--;
        }
        if (count == 0)
                mistake_at(l->mistakes, object, "acr_minimum", "\"acr_minimum\" is not in \"acr_order\"");
        if (rule->acr_count > 0)
                mistake_at(l->mistakes, object, "acr_minimum", "\"acr\" and \"acr_minimum\" don't go together");
        rule->acrs = order;
        rule->acr_count = count;
}

static bool asks_for_something(const json_t *object)
{
        static const char *const members[] = { "audience", "scopes", "acr", "acr_minimum", "max_age", "algs" };
        bool found = false;
        for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
                found |= json_object_get(object, members[i]) != NULL;
        return found;
}

static void load_rule(struct loading *l, const json_t *object, struct rule *rule)
{
        size_t scope_count = 0;
        const struct str *scopes = texts(l, json_object_get(object, "scopes"), &scope_count);
        rule->path = rule_path(l, object);
        rule->methods = texts(l, json_object_get(object, "methods"), &rule->method_count);
        rule->open = json_bool(object, "open", false);
        rule->audience = text(l, json_object_get(object, "audience") ? object : l->tree, "audience");
        rule->scopes = joined(l, scopes, scope_count);
        rule->acrs = texts(l, json_object_get(object, "acr"), &rule->acr_count);
        rule->max_age = json_int(object, "max_age", -1);
        rule->algs = algs_of(json_object_get(object, "algs") ? object : l->tree);
        load_minimum(l, object, rule);
        check_words(l, object, "scopes");
        check_words(l, object, "acr");
        for (size_t i = 0; i < rule->method_count; i++)
                if (!is_made_of(rule->methods[i], "-"))
                        mistake_at_item(l->mistakes, object, "methods", i, STR("must be a method such as GET"));
        if (!rule->open && str_is_empty(rule->audience))
                mistake_at(l->mistakes, object, NULL, "\"audience\" is missing, here and for all rules");
        if (rule->open && asks_for_something(object))
                mistake_at(l->mistakes, object, "open", "\"open\" goes with \"path\" and \"methods\" only");
}

static bool overlap(const struct rule *a, const struct rule *b)
{
        if (!str_eq(a->path, b->path))
                return false;
        bool both = a->method_count == 0 || b->method_count == 0;
        for (size_t i = 0; i < a->method_count; i++)
                for (size_t k = 0; k < b->method_count; k++)
                        both |= str_eq(a->methods[i], b->methods[k]);
        return both;
}

static void load_rules(struct loading *l)
{
        const json_t *list = json_object_get(l->tree, "rules");
        struct rule *rules = arena_new_array(l->arena, struct rule, json_array_size(list) + 1);
        for (size_t i = 0; i < json_array_size(list); i++) {
                const json_t *object = json_array_get(list, i);
                load_rule(l, object, &rules[i]);
                for (size_t k = 0; k < i; k++)
                        if (overlap(&rules[i], &rules[k]))
                                mistake_at(l->mistakes, object, "path", "\"path\": an earlier rule is for the same path and method");
        }
        l->settings->rules = (struct rules){ rules, json_array_size(list) };
}

/* ---- the rest ---- */

static void load_issuer(struct loading *l)
{
        struct guard_settings *s = l->settings;
        struct uri uri;
        s->issuer = text(l, l->tree, "issuer");
        s->jwks_uri = text(l, l->tree, "jwks_uri");
        s->ca_file = text(l, l->tree, "ca_file");
        if (is_ok(uri_parse(l->arena, s->issuer, &uri)) && (str_ends(s->issuer, STR("/")) || uri.has_query))
                mistake_at(l->mistakes, l->tree, "issuer", "\"issuer\" must have no \"/\" at its end and no \"?\"");
        if (s->ca_file.len > 0 && access(s->ca_file.data, R_OK) != 0)
                mistake_at(l->mistakes, l->tree, "ca_file", "\"ca_file\": %.*s: %m", STR_FMT(s->ca_file));
}

static void load_keys(struct loading *l)
{
        struct guard_settings *s = l->settings;
        const json_t *keys = json_object_get(l->tree, "keys");
        s->refresh = json_int(keys, "refresh", 0);
        s->min_refresh = json_int(keys, "min_refresh", 0);
        s->max_stale = json_int(keys, "max_stale", 0);
        s->fetch_timeout = json_int(keys, "timeout", 0);
        if (s->max_stale < s->refresh)
                mistake_at(l->mistakes, keys, "max_stale", "\"max_stale\" must not be less than \"refresh\"");
}

static void check_origins(struct loading *l, const json_t *object, const struct str *origins, size_t count)
{
        for (size_t i = 0; i < count; i++) {
                struct uri uri;
                if (is_ok(uri_parse(l->arena, origins[i], &uri)) && !str_eq(uri.origin, origins[i]))
                        mistake_at_item(l->mistakes, object, "origins", i, STR("must end after the host or its port"));
        }
}

/* After load_issuer. */
static void load_status_list(struct loading *l)
{
        struct guard_settings *s = l->settings;
        const json_t *object = json_object_get(l->tree, "status_list");
        size_t count = 0;
        const struct str *others = texts(l, json_object_get(object, "origins"), &count);
        struct str *origins = arena_new_array(l->arena, struct str, count + 1);
        struct uri issuer;
        check_origins(l, object, others, count);
        s->status_max_stale = json_int(object, "max_stale", 0);
        s->status_lists = (size_t)json_int(object, "lists", 0);
        s->status_origins = origins;
        if (str_is(json_str(object, "check"), "off") || !is_ok(uri_parse(l->arena, s->issuer, &issuer)))
                return;
        origins[s->status_origin_count++] = issuer.origin;
        for (size_t i = 0; i < count; i++)
                origins[s->status_origin_count++] = others[i];
}

static void load_binding(struct loading *l)
{
        struct guard_settings *s = l->settings;
        const json_t *dpop = json_object_get(l->tree, "dpop");
        s->dpop_origins = texts(l, json_object_get(dpop, "origins"), &s->dpop_origin_count);
        s->dpop_window = json_int(dpop, "window", 0);
        s->dpop_proofs = (size_t)json_int(dpop, "proofs", 0);
        check_origins(l, dpop, s->dpop_origins, s->dpop_origin_count);
        const json_t *certificate = json_object_get(l->tree, "client_certificate");
        s->certificate_header = header_name(l, certificate, "header");
        s->certificate_format = str_is(json_str(certificate, "format"), "pem") ? CLIENT_CERTIFICATE_PEM
                                                                               : CLIENT_CERTIFICATE_RFC9440;
}

static void load_target(struct loading *l)
{
        struct guard_settings *s = l->settings;
        const json_t *target = json_object_get(l->tree, "target");
        s->target_from = str_is(json_str(target, "from"), "path") ? TARGET_FROM_PATH : TARGET_FROM_HEADERS;
        s->uri_header = header_name(l, target, "uri_header");
        s->method_header = header_name(l, target, "method_header");
}

static void load_serving(struct loading *l)
{
        struct guard_settings *s = l->settings;
        static const char *const levels[] = { "debug", "info", "warning", "error" };
        int64_t workers = json_int(l->tree, "workers", 0);
        s->host = text(l, json_object_get(l->tree, "listen"), "host");
        s->port = (int)json_int(json_object_get(l->tree, "listen"), "port", 0);
        s->workers = (unsigned)(workers > 0 ? workers : sysconf(_SC_NPROCESSORS_ONLN));
        s->tasks = (unsigned)json_int(l->tree, "tasks", 0);
        s->connections = (unsigned)json_int(l->tree, "connections", 0);
        while (s->log_level < 3 && !str_is(json_str(l->tree, "log_level"), levels[s->log_level]))
                s->log_level++;
        s->realm = text(l, l->tree, "realm");
        if (!is_quotable(s->realm))
                mistake_at(l->mistakes, l->tree, "realm", "\"realm\" must be printable ASCII without '\"' and '\\'");
}

static void load_tree(struct loading *l)
{
        struct guard_settings *s = l->settings;
        load_issuer(l);
        load_serving(l);
        load_keys(l);
        load_status_list(l);
        load_target(l);
        load_binding(l);
        load_headers(l);
        s->leeway = json_int(l->tree, "leeway", 0);
        s->max_token_life = json_int(l->tree, "max_token_life", 0);
        s->second_opinion = !str_is(json_str(l->tree, "second_opinion"), "off");
        s->cached_tokens = (size_t)json_int(l->tree, "cached_tokens", 0);
        check_words(l, l->tree, "acr_order");
        load_rules(l);
}

static void file_close(FILE **f)
{
        if (*f)
                fclose(*f);
}

static result read_file(struct arena *a, struct str path, struct str *ret_text)
{
        __attribute__((cleanup(file_close))) FILE *f = fopen(arena_cstr(a, path), "re");
        if (!f)
                return fail(a, ERR_CONFIG, "%.*s: %m", STR_FMT(path));
        char *data = arena_alloc(a, FILE_SIZE_MAX + 1);
        size_t len = fread(data, 1, FILE_SIZE_MAX + 1, f);
        if (ferror(f) || len > FILE_SIZE_MAX)
                return fail(a, ERR_CONFIG, "%.*s can't be read or is too large", STR_FMT(path));
        *ret_text = str_slice(data, len);
        return OK;
}

result guard_settings_load(struct arena *a, struct str file, struct mistakes *mistakes,
                           struct guard_settings *ret_settings)
{
        struct guard_settings settings = { 0 };
        struct loading l = { .arena = a, .mistakes = mistakes, .settings = &settings };
        struct str yaml;
        json_t *tree = NULL;
        TRY(read_file(a, file, &yaml));
        ignore_failure(schema_read(file, yaml, guard_schema, mistakes, &tree), "in *mistakes");
        l.tree = tree;
        if (tree)
                load_tree(&l);
        if (mistakes->count > 0)
                return fail(a, ERR_CONFIG, "the settings have mistakes");
        *ret_settings = settings;
        return OK;
}
