/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Template text to nodes. Names, nesting and the place of each value in the HTML are checked here, once, so that
 * rendering can't fail on them. */
#include "markup.h"
#include "template_nodes.h"

#define SECTION_DEPTH_MAX 8

struct open_section {
        struct str name;
        size_t node;
        enum markup_place place;
};

struct parser {
        struct arena *arena;
        struct str template_name;
        struct str text;
        size_t at;
        struct markup markup;
        struct template_node *nodes;
        size_t count;
        struct open_section open[SECTION_DEPTH_MAX];
        size_t depth;
};

static result refuse(const struct parser *p, const char *what)
{
        size_t line = 1;

        for (size_t i = 0; i < p->at && i < p->text.len; i++)
                line += p->text.data[i] == '\n';
        /* A more precise reason given below this one stays: the first wins. Hence both are joined here. */
        struct str inner = arena_copy(p->arena, arena_reason(p->arena));
        arena_clear_reason(p->arena);
        return fail(p->arena, ERR_CONFIG, "template %.*s, line %zu: %s%s%.*s", STR_FMT(p->template_name), line, what,
                    inner.len > 0 ? ": " : "", STR_FMT(inner));
}

static bool is_blank(char c)
{
        return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* A run of blanks with a line break in it becomes one line break: indentation is for the reader of the template. */
static struct str compact(struct arena *a, struct str text)
{
        struct buf b = buf_in(a, text.len);

        for (size_t i = 0; i < text.len;) {
                size_t end = i;
                bool breaks = false;
                for (; end < text.len && is_blank(text.data[end]); end++)
                        breaks = breaks || text.data[end] == '\n';
                if (breaks)
                        buf_add_char(&b, '\n');
                else
                        buf_add(&b, str_slice(text.data + i, end - i));
                if (end < text.len)
                        buf_add_char(&b, text.data[end++]);
                i = end;
        }
        return buf_str(&b);
}

static struct template_node *add_node(struct parser *p, enum template_kind kind)
{
        struct template_node *node = &p->nodes[p->count++];

        node->kind = kind;
        return node;
}

static result add_literal(struct parser *p, struct str text)
{
        if (text.len == 0)
                return OK;
        if (!is_ok(markup_follow(p->arena, &p->markup, text)))
                return refuse(p, "markup");
        add_node(p, NODE_LITERAL)->text = compact(p->arena, text);
        return OK;
}

static bool is_name(struct str s)
{
        for (size_t i = 0; i < s.len; i++) {
                char c = s.data[i];
                bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                            c == '-';
                if (!good)
                        return false;
        }
        return s.len > 0;
}

static result read_path(const struct parser *p, struct str text, struct template_path *ret_path)
{
        struct template_path path = { .count = 0 };
        struct str rest = text;
        struct str part = { NULL, 0 };

        if (str_is(text, ".")) {
                *ret_path = path;
                return OK;
        }
        if (str_is_empty(text) || text.data[text.len - 1] == '.')
                return refuse(p, "not a name");
        while (str_split(&rest, '.', &part)) {
                if (path.count == TEMPLATE_PATH_MAX || !is_name(part))
                        return refuse(p, "not a name");
                path.parts[path.count++] = arena_cstr(p->arena, part);
        }
        *ret_path = path;
        return OK;
}

static bool may_hold_value(const struct parser *p)
{
        return p->markup.place == MARKUP_TEXT || p->markup.place == MARKUP_VALUE_START ||
               p->markup.place == MARKUP_VALUE;
}

/* Notes that something was written at the current place. */
static void pass_value(struct parser *p)
{
        if (p->markup.place == MARKUP_VALUE_START)
                p->markup.place = MARKUP_VALUE;
}

static result add_value(struct parser *p, struct str path)
{
        bool is_address = p->markup.place == MARKUP_VALUE_START && markup_is_address(&p->markup);

        if (!may_hold_value(p))
                return refuse(p, "a value may stand in text or in a quoted attribute value only");
        TRY(read_path(p, path, &add_node(p, is_address ? NODE_ADDRESS : NODE_VALUE)->path));
        pass_value(p);
        return OK;
}

static result open_section(struct parser *p, enum template_kind kind, struct str name)
{
        if (p->depth == SECTION_DEPTH_MAX)
                return refuse(p, "sections are nested too deeply");
        p->open[p->depth++] = (struct open_section){ .name = name, .node = p->count, .place = p->markup.place };
        return read_path(p, name, &add_node(p, kind)->path);
}

static result close_section(struct parser *p, struct str name)
{
        if (p->depth == 0 || !str_eq(p->open[p->depth - 1].name, name))
                return refuse(p, "the end of a section that is not the open one");
        p->depth--;
        if (p->open[p->depth].place != p->markup.place)
                return refuse(p, "a section must end at the same place of the markup where it began");
        p->nodes[p->open[p->depth].node].end = p->count;
        return OK;
}

/* The key's fixed part, and the path behind '@' if there is one. */
static result read_key(const struct parser *p, struct str key, struct template_node *node)
{
        size_t at = str_find(key, '@');
        struct str fixed = str_head(key, at);
        struct str rest = at < key.len ? str_head(fixed, fixed.len > 0 ? fixed.len - 1 : 0) : fixed;
        struct str part = { NULL, 0 };

        if (at < key.len && !str_ends(fixed, STR(".")))
                return refuse(p, "'@' must follow a '.' in a key");
        if (str_is_empty(rest) || str_ends(rest, STR(".")))
                return refuse(p, "not a key");
        while (str_split(&rest, '.', &part)) {
                if (!is_name(part))
                        return refuse(p, "not a key");
        }
        node->text = arena_copy(p->arena, fixed);
        node->key_has_path = at < key.len;
        return node->key_has_path ? read_path(p, str_from_index(key, at + 1), &node->path) : OK;
}

static result add_sentence(struct parser *p, struct str content)
{
        struct template_node *node = add_node(p, NODE_SENTENCE);
        struct str rest = content;
        struct str word = { NULL, 0 };

        if (!may_hold_value(p))
                return refuse(p, "a sentence may stand in text or in a quoted attribute value only");
        if (!str_split(&rest, ' ', &word))
                return refuse(p, "a sentence without a key");
        TRY(read_key(p, word, node));
        while (str_split(&rest, ' ', &word)) {
                if (word.len == 0)
                        continue;
                if (node->arg_count == TEMPLATE_ARGS_MAX)
                        return refuse(p, "too many values for a sentence");
                TRY(read_path(p, word, &node->args[node->arg_count++]));
        }
        pass_value(p);
        return OK;
}

static result add_include(struct parser *p, struct str name)
{
        if (p->markup.place != MARKUP_TEXT || !is_name(name))
                return refuse(p, "an include needs a name and a place in text");
        add_node(p, NODE_INCLUDE)->text = arena_copy(p->arena, name);
        return OK;
}

static result read_tag(struct parser *p, struct str content)
{
        struct str rest = str_trim(str_from_index(content, 1));

        if (str_starts(content, STR("t:")))
                return add_sentence(p, str_trim(str_from_index(content, 2)));
        switch (content.len > 0 ? content.data[0] : '\0') {
        case '#':
                return open_section(p, NODE_SECTION, rest);
        case '^':
                return open_section(p, NODE_INVERTED, rest);
        case '/':
                return close_section(p, rest);
        case '>':
                return add_include(p, rest);
        case '!':
                return OK;
        default:
                return add_value(p, content);
        }
}

/* Index of `what` in the text from `from`, or the text's length. */
static size_t find_pair(struct str text, size_t from, const char *what)
{
        for (size_t i = from; i + 1 < text.len; i++) {
                if (text.data[i] == what[0] && text.data[i + 1] == what[1])
                        return i;
        }
        return text.len;
}

static size_t count_tags(struct str text)
{
        size_t count = 0;

        for (size_t at = find_pair(text, 0, "{{"); at < text.len; at = find_pair(text, at + 2, "{{"))
                count++;
        return count;
}

static result parse_all(struct parser *p)
{
        while (p->at < p->text.len) {
                size_t open = find_pair(p->text, p->at, "{{");
                TRY(add_literal(p, str_slice(p->text.data + p->at, open - p->at)));
                p->at = open;
                if (open == p->text.len)
                        break;
                size_t close = find_pair(p->text, open + 2, "}}");
                if (close == p->text.len)
                        return refuse(p, "'{{' without '}}'");
                TRY(read_tag(p, str_trim(str_slice(p->text.data + open + 2, close - open - 2))));
                p->at = close + 2;
        }
        if (p->depth > 0)
                return refuse(p, "a section is not closed");
        if (p->markup.place != MARKUP_TEXT)
                return refuse(p, "ends inside of a tag");
        return OK;
}

result template_parse(struct arena *a, const struct template_source *source, struct template *ret_template)
{
        size_t max = 2 * count_tags(source->text) + 1;
        struct parser p = { .arena = a,
                            .template_name = source->name,
                            .text = source->text,
                            .nodes = arena_new_array(a, struct template_node, max) };

        TRY(parse_all(&p));
        *ret_template = (struct template){ .name = source->name, .nodes = p.nodes, .count = p.count };
        return OK;
}
