/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A set of templates: names resolved, includes bounded, every sentence there. Rendering is in template_render.c. */
#include "template_nodes.h"

const struct template *template_find(const struct template_set *set, struct str name)
{
        for (size_t i = 0; i < set->count; i++) {
                if (str_eq(set->items[i].name, name))
                        return &set->items[i];
        }
        return NULL;
}

static result resolve_includes(struct arena *a, const struct template_set *set, struct template *t)
{
        for (size_t i = 0; i < t->count; i++) {
                struct template_node *node = &t->nodes[i];
                if (node->kind != NODE_INCLUDE)
                        continue;
                node->included = template_find(set, node->text);
                if (!node->included)
                        return fail(a, ERR_CONFIG, "template %.*s includes %.*s, which is not there",
                                    STR_FMT(t->name), STR_FMT(node->text));
        }
        return OK;
}

static result check_depth(struct arena *a, const struct template *t, size_t depth)
{
        if (depth > TEMPLATE_INCLUDE_DEPTH_MAX)
                return fail(a, ERR_CONFIG, "template %.*s: includes are nested too deeply", STR_FMT(t->name));
        for (size_t i = 0; i < t->count; i++) {
                if (t->nodes[i].kind == NODE_INCLUDE)
                        TRY(check_depth(a, t->nodes[i].included, depth + 1));
        }
        return OK;
}

result template_set_new(struct arena *a, const struct template_source *sources, size_t count,
                        struct template_set **ret_set)
{
        struct template_set *set = arena_new_of(a, struct template_set);

        set->items = arena_new_array(a, struct template, count);
        set->count = count;
        for (size_t i = 0; i < count; i++)
                TRY(template_parse(a, &sources[i], &set->items[i]));
        for (size_t i = 0; i < count; i++)
                TRY(resolve_includes(a, set, &set->items[i]));
        for (size_t i = 0; i < count; i++)
                TRY(check_depth(a, &set->items[i], 0));
        *ret_set = set;
        return OK;
}

int template_placeholder(struct str s)
{
        if (s.len < 3 || s.data[0] != '{' || s.data[2] != '}' || s.data[1] < '0' || s.data[1] > '3')
                return -1;
        return s.data[1] - '0';
}

static result check_sentence(struct arena *a, const struct template *t, const struct template_node *node,
                             const char *key, const json_t *sentence)
{
        struct str text = json_text(sentence);

        if (str_is_empty(text))
                return fail(a, ERR_CONFIG, "template %.*s: there is no sentence %s", STR_FMT(t->name), key);
        for (size_t i = 0; i < text.len; i++) {
                if (template_placeholder(str_from_index(text, i)) >= (int)node->arg_count)
                        return fail(a, ERR_CONFIG, "template %.*s: sentence %s has a placeholder that nothing fills",
                                    STR_FMT(t->name), key);
        }
        return OK;
}

static result check_variable(struct arena *a, const struct template *t, const struct template_node *node,
                             const json_t *texts)
{
        char *other = arena_cstr(a, ARENA_JOIN(a, node->text, STR("other")));
        const char *key = NULL;
        json_t *sentence = NULL;

        TRY(check_sentence(a, t, node, other, json_object_get(texts, other)));
        json_object_foreach((json_t *)texts, key, sentence)
        {
                if (str_starts(str_from(key), node->text))
                        TRY(check_sentence(a, t, node, key, sentence));
        }
        return OK;
}

static result check_node(struct arena *a, const struct template *t, const struct template_node *node,
                         const json_t *texts)
{
        if (node->kind != NODE_SENTENCE)
                return OK;
        if (node->key_has_path)
                return check_variable(a, t, node, texts);
        const char *key = arena_cstr(a, node->text);
        return check_sentence(a, t, node, key, json_object_get(texts, key));
}

result template_set_check_texts(struct arena *a, const struct template_set *set, const json_t *texts)
{
        for (size_t i = 0; i < set->count; i++) {
                for (size_t n = 0; n < set->items[i].count; n++)
                        TRY(check_node(a, &set->items[i], &set->items[i].nodes[n], texts));
        }
        return OK;
}
