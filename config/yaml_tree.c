/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* From libyaml's document (YAML 1.1) to a JSON tree whose objects know their lines; see yaml_tree.h.
 *
 * An alias shows in libyaml's document as a node with two parents, so a node that is met twice is refused; that also
 * ends documents that contain themselves. Depth is checked on the events, before the document is built: libyaml's
 * time grows with the square of it (100 KB of "[" take half a minute). */
#include <yaml.h>

#include "yaml_tree.h"

struct yaml_reading {
        struct arena *arena;
        struct mistakes *mistakes;
        struct str file;
        json_t *file_json;
        yaml_document_t *document;
        bool *met; /* by node index */
};

static json_t *read_node(struct yaml_reading *r, int index, size_t line);

static size_t line_of(const yaml_node_t *node)
{
        return node->start_mark.line + 1;
}

/* What stands in the tree for something that has been reported. */
static json_t *refused(struct yaml_reading *r, size_t line, const char *why)
{
        mistake_add(r->mistakes, r->file, line, "%s", why);
        return json_false();
}

static bool is_null_word(struct str text)
{
        return str_is_empty(text) || str_is(text, "~") || str_is(text, "null") || str_is(text, "Null") ||
               str_is(text, "NULL");
}

static json_t *read_scalar(struct yaml_reading *r, const yaml_node_t *node)
{
        struct str text = str_slice(node->data.scalar.value, node->data.scalar.length);
        if (strcmp((const char *)node->tag, YAML_STR_TAG) != 0)
                return refused(r, line_of(node), "tags (\"!…\") are not supported");
        if (node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && is_null_word(text))
                return json_null();
        if (!str_is_utf8(text))
                return refused(r, line_of(node), "text must be UTF-8 without NUL");
        return json_from_str(text);
}

static json_t *read_sequence(struct yaml_reading *r, const yaml_node_t *node)
{
        json_t *list = json_array();
        const yaml_node_item_t *item = node->data.sequence.items.start;
        for (; item < node->data.sequence.items.top; item++) {
                const yaml_node_t *value = yaml_document_get_node(r->document, *item);
                json_array_append_new(list, read_node(r, *item, line_of(value)));
        }
        return list;
}

/* The line of a member; for a list, its own and those of its items. */
static json_t *lines_of(struct yaml_reading *r, const yaml_node_t *value, size_t line)
{
        if (value->type != YAML_SEQUENCE_NODE)
                return json_integer((json_int_t)line);
        json_t *lines = json_array();
        json_array_append_new(lines, json_integer((json_int_t)line));
        const yaml_node_item_t *item = value->data.sequence.items.start;
        for (; item < value->data.sequence.items.top; item++) {
                const yaml_node_t *node = yaml_document_get_node(r->document, *item);
                json_array_append_new(lines, json_integer((json_int_t)line_of(node)));
        }
        return lines;
}

static bool is_key(const yaml_node_t *key)
{
        return key->type == YAML_SCALAR_NODE && strcmp((const char *)key->tag, YAML_STR_TAG) == 0 &&
               key->data.scalar.length > 0 && key->data.scalar.value[0] != '$' &&
               str_is_utf8(str_slice(key->data.scalar.value, key->data.scalar.length));
}

static void read_member(struct yaml_reading *r, const yaml_node_pair_t *pair, json_t *object, json_t *lines)
{
        const yaml_node_t *key = yaml_document_get_node(r->document, pair->key);
        const yaml_node_t *value = yaml_document_get_node(r->document, pair->value);
        size_t line = line_of(key);
        if (r->met[pair->key] || !is_key(key)) {
                mistake_add(r->mistakes, r->file, line, "a name here must be plain text and not begin with \"$\"");
                return;
        }
        r->met[pair->key] = true;
        const char *name = (const char *)key->data.scalar.value;
        if (json_object_get(object, name)) {
                mistake_add(r->mistakes, r->file, line, "\"%s\" is given twice", name);
                return;
        }
        json_object_set_new(lines, name, lines_of(r, value, line));
        json_object_set_new(object, name, read_node(r, pair->value, line));
}

static json_t *read_mapping(struct yaml_reading *r, const yaml_node_t *node)
{
        json_t *object = json_object();
        json_t *lines = json_object();
        json_object_set(object, "$file", r->file_json);
        json_object_set_new(object, "$line", json_integer((json_int_t)line_of(node)));
        json_object_set_new(object, "$lines", lines);
        const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
        for (; pair < node->data.mapping.pairs.top; pair++)
                read_member(r, pair, object, lines);
        return object;
}

/* `line` is where the value is used: the line of its key, or its own. */
static json_t *read_node(struct yaml_reading *r, int index, size_t line)
{
        const yaml_node_t *node = yaml_document_get_node(r->document, index);
        if (r->met[index])
                return refused(r, line, "aliases (\"*…\") are not supported");
        r->met[index] = true;
        if (node->type == YAML_SCALAR_NODE)
                return read_scalar(r, node);
        if (node->type == YAML_SEQUENCE_NODE)
                return read_sequence(r, node);
        return read_mapping(r, node);
}

/* libyaml names no line for a broken encoding, only the byte. */
static size_t line_of_problem(const yaml_parser_t *parser, struct str yaml)
{
        if (parser->error != YAML_READER_ERROR)
                return parser->problem_mark.line + 1;
        size_t line = 1;
        for (size_t i = 0; i < yaml.len && i < parser->problem_offset; i++)
                line += yaml.data[i] == '\n';
        return line;
}

static void report_problem(struct yaml_reading *r, const yaml_parser_t *parser, struct str yaml)
{
        mistake_add(r->mistakes, r->file, line_of_problem(parser, yaml), "not YAML: %s",
                    parser->problem ? parser->problem : "it does not parse");
}

static void cleanup_parser(yaml_parser_t *parser)
{
        yaml_parser_delete(parser); /* a parser of zeros is fine */
}

static void cleanup_document(yaml_document_t *document)
{
        yaml_document_delete(document);
}

/* After the first document there must be nothing but the end. */
static void check_is_last(struct yaml_reading *r, yaml_parser_t *parser, struct str yaml)
{
        __attribute__((cleanup(cleanup_document))) yaml_document_t next = { 0 };
        if (!yaml_parser_load(parser, &next)) {
                report_problem(r, parser, yaml);
                return;
        }
        const yaml_node_t *root = yaml_document_get_root_node(&next);
        if (root)
                mistake_add(r->mistakes, r->file, line_of(root), "a second document: only one is read");
}

static void cleanup_event(yaml_event_t *event)
{
        yaml_event_delete(event);
}

/* How an event changes the depth; *ret_end tells whether it is the last one. */
static int depth_change(const yaml_event_t *event, bool *ret_end)
{
        *ret_end = event->type == YAML_STREAM_END_EVENT;
        switch (event->type) {
        case YAML_SEQUENCE_START_EVENT:
        case YAML_MAPPING_START_EVENT:
                return 1;
        case YAML_SEQUENCE_END_EVENT:
        case YAML_MAPPING_END_EVENT:
                return -1;
        default:
                return 0;
        }
}

/* Reads as far as the text is YAML; what is not is reported when the document is read. */
static result check_depth(struct yaml_reading *r, yaml_parser_t *parser)
{
        bool end = false;
        int depth = 0;
        while (!end) {
                __attribute__((cleanup(cleanup_event))) yaml_event_t event = { 0 };
                if (!yaml_parser_parse(parser, &event))
                        return OK;
                depth += depth_change(&event, &end);
                if (depth <= YAML_DEPTH_MAX)
                        continue;
                mistake_add(r->mistakes, r->file, event.start_mark.line + 1, "nested too deeply");
                return fail(r->arena, ERR_CONFIG, "YAML nested too deeply");
        }
        return OK;
}

static result read_document(struct yaml_reading *r, yaml_parser_t *parser, struct str yaml, json_t **ret_tree)
{
        __attribute__((cleanup(cleanup_document))) yaml_document_t document = { 0 };
        if (!yaml_parser_load(parser, &document)) {
                report_problem(r, parser, yaml);
                return fail(r->arena, ERR_CONFIG, "not YAML");
        }
        if (!yaml_document_get_root_node(&document)) {
                mistake_add(r->mistakes, r->file, 1, "the file is empty");
                return fail(r->arena, ERR_CONFIG, "empty YAML");
        }
        r->document = &document;
        r->met = arena_new_array(r->arena, bool, (size_t)(document.nodes.top - document.nodes.start) + 1);
        json_t *tree = arena_own_json(r->arena, read_node(r, 1, 1));
        check_is_last(r, parser, yaml);
        *ret_tree = tree;
        return OK;
}

static result start_parser(struct arena *a, yaml_parser_t *parser, struct str yaml)
{
        if (!yaml_parser_initialize(parser))
                return fail(a, ERR_CONFIG, "libyaml does not start");
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING);
        yaml_parser_set_input_string(parser, (const unsigned char *)(yaml.len ? yaml.data : ""), yaml.len);
        return OK;
}

result yaml_tree_read(struct arena *a, struct str file, struct str yaml, struct mistakes *mistakes,
                      json_t **ret_tree)
{
        if (yaml.len > YAML_MAX) {
                mistake_add(mistakes, file, 1, "larger than %d bytes", YAML_MAX);
                return fail(a, ERR_CONFIG, "YAML over the cap");
        }
        struct yaml_reading reading = {
                .arena = a,
                .mistakes = mistakes,
                .file = file,
                .file_json = arena_own_json(a, json_from_str(file)),
        };
        __attribute__((cleanup(cleanup_parser))) yaml_parser_t events = { 0 }, parser = { 0 };
        TRY(start_parser(a, &events, yaml));
        TRY(check_depth(&reading, &events));
        TRY(start_parser(a, &parser, yaml));
        return read_document(&reading, &parser, yaml, ret_tree);
}
