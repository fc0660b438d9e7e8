/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Nodes and a context to HTML. Recursion is bounded by the nesting that parsing allowed. */
#include <inttypes.h>

#include "escape.h"
#include "template_nodes.h"

/* The values that are visible, innermost first. */
struct frame {
        const json_t *value;
        const struct frame *outer;
};

struct render {
        struct arena *arena;
        struct buf *out;
        const json_t *texts;
};

static const json_t *walk(const json_t *value, const struct template_path *path)
{
        for (size_t i = 0; i < path->count && value; i++)
                value = json_object_get(value, path->parts[i]);
        return value;
}

static const json_t *look_up(const struct frame *frame, const struct template_path *path)
{
        if (path->count == 0)
                return frame->value;
        for (; frame; frame = frame->outer) {
                if (json_object_get(frame->value, path->parts[0]))
                        return walk(frame->value, path);
        }
        return NULL;
}

static struct str value_text(const struct render *r, const json_t *value)
{
        if (json_is_integer(value))
                return arena_printf(r->arena, "%" PRId64, (int64_t)json_integer_value(value));
        return json_text(value);
}

static bool is_shown(const json_t *value)
{
        if (json_is_string(value))
                return json_string_length(value) > 0;
        if (json_is_array(value))
                return json_array_size(value) > 0;
        return json_is_object(value) || json_is_number(value) || json_is_true(value);
}

static struct str find_sentence(const struct render *r, const struct template_node *node, const struct frame *frame)
{
        struct str last = { NULL, 0 };

        if (!node->key_has_path)
                return json_str(r->texts, node->text.data);
        last = value_text(r, look_up(frame, &node->path));
        struct str key = ARENA_JOIN(r->arena, node->text, last);
        struct str sentence = json_str(r->texts, arena_cstr(r->arena, key));
        if (!str_is_empty(sentence))
                return sentence;
        return json_str(r->texts, arena_cstr(r->arena, ARENA_JOIN(r->arena, node->text, STR("other"))));
}

static void render_sentence(const struct render *r, const struct template_node *node, const struct frame *frame)
{
        struct str sentence = find_sentence(r, node, frame);
        size_t done = 0;

        for (size_t i = 0; i < sentence.len; i++) {
                int number = template_placeholder(str_from_index(sentence, i));
                if (number < 0 || (size_t)number >= node->arg_count)
                        continue;
                escape_html(r->out, str_slice(sentence.data + done, i - done));
                escape_html(r->out, value_text(r, look_up(frame, &node->args[number])));
                done = i + 3;
                i += 2;
        }
        escape_html(r->out, str_from_index(sentence, done));
}

static void render_nodes(const struct render *r, const struct template *t, size_t from, size_t to,
                         const struct frame *frame);

static void render_section(const struct render *r, const struct template *t, size_t at, const struct frame *frame)
{
        const struct template_node *node = &t->nodes[at];
        const json_t *value = look_up(frame, &node->path);
        struct frame inner = { .value = value, .outer = frame };

        if (is_shown(value) == (node->kind == NODE_INVERTED))
                return;
        if (node->kind == NODE_SECTION && json_is_array(value)) {
                for (size_t i = 0; i < json_array_size(value); i++) {
                        inner.value = json_array_get(value, i);
                        render_nodes(r, t, at + 1, node->end, &inner);
                }
                return;
        }
        render_nodes(r, t, at + 1, node->end, json_is_object(value) ? &inner : frame);
}

static void render_address(const struct render *r, struct str address)
{
        escape_html(r->out, address_is_safe(address) ? address : STR("#"));
}

static void render_nodes(const struct render *r, const struct template *t, size_t from, size_t to,
                         const struct frame *frame)
{
        for (size_t i = from; i < to;) {
                const struct template_node *node = &t->nodes[i];
                switch (node->kind) {
                case NODE_LITERAL:
                        buf_add(r->out, node->text);
                        break;
                case NODE_VALUE:
                        escape_html(r->out, value_text(r, look_up(frame, &node->path)));
                        break;
                case NODE_ADDRESS:
                        render_address(r, value_text(r, look_up(frame, &node->path)));
                        break;
                case NODE_SENTENCE:
                        render_sentence(r, node, frame);
                        break;
                case NODE_INCLUDE:
                        render_nodes(r, node->included, 0, node->included->count, frame);
                        break;
                case NODE_SECTION:
                case NODE_INVERTED:
                        render_section(r, t, i, frame);
                        break;
                }
                i = node->end > i ? node->end : i + 1;
        }
}

result template_render(struct arena *a, const struct template_set *set, struct str name,
                       const struct template_input *input, struct str *ret_html)
{
        const struct template *t = template_find(set, name);
        struct buf out = buf_in(a, TEMPLATE_PAGE_MAX);
        struct render r = { .arena = a, .out = &out, .texts = input->texts };
        struct frame common = { .value = input->common, .outer = NULL };
        struct frame own = { .value = input->context, .outer = &common };

        if (!t)
                return fail(a, ERR_SERVER_ERROR, "there is no template %.*s", STR_FMT(name));
        render_nodes(&r, t, 0, t->count, &own);
        if (out.over)
                return fail(a, ERR_SERVER_ERROR, "page %.*s is too long", STR_FMT(name));
        *ret_html = buf_str(&out);
        return OK;
}
