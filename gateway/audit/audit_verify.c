/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See audit_verify.h. */
#include "audit_verify.h"

#include <errno.h>

#include "audit_checkpoint.h"
#include "audit_tail.h"

#define SCRATCH_MAX (256 * 1024)
#define JWKS_MAX (1024 * 1024)
#define TIME_MAX 32

struct verifying {
        struct arena *a, *scratch;
        struct str directory;
        const struct jwks *keys;
        const struct audit_listener *listener; /* may be NULL */
        const struct audit_file *file;
        struct audit_node *node;
        struct audit_link link;
        struct audit_checkpoint head;
        bool head_seen;
        /* The chain's first record is not number 1: files before it must have been removed by the gateway. */
        bool removal_needed, removal_seen;
        struct str missing_hash;
        char *until; /* node->until, in place: there are many records */
        struct audit_fault *fault;
};

static bool found(struct verifying *v, size_t line, struct str what)
{
        *v->fault = (struct audit_fault){ .file = v->file->path, .line = line, .what = arena_copy(v->a, what) };
        return false;
}

static bool check_checkpoint(struct verifying *v, size_t line, const json_t *record, const struct audit_link *before)
{
        struct audit_checkpoint c;

        if (!is_ok(audit_checkpoint_read(v->scratch, json_str(record, "jws"), v->keys, &c)))
                return found(v, line, ARENA_JOIN(v->a, STR("the checkpoint's signature does not hold: "), arena_reason(v->scratch)));
        if (!str_eq(c.node, v->file->node) || c.link.seq != before->seq ||
            !str_eq(audit_link_hash(&c.link), audit_link_hash(before)))
                return found(v, line, STR("the checkpoint does not sign the record before it: records were replaced"));
        v->node->checkpoints++;
        v->node->signed_to = before->seq;
        return true;
}

static void note_last(struct verifying *v, const json_t *record)
{
        struct str time = str_head(json_str(record, "time"), TIME_MAX);

        v->node->last = v->link.seq;
        memcpy(v->until, time.data ? time.data : "", time.len);
        v->node->until = str_slice(v->until, time.len);
}

static void note_first(struct verifying *v, const json_t *record)
{
        v->until = arena_alloc(v->a, TIME_MAX);
        v->node->first = v->link.seq;
        v->node->since = arena_copy(v->a, json_str(record, "time"));
        v->removal_needed = v->link.seq != 1;
        v->missing_hash = arena_copy(v->a, json_str(record, "prev"));
}

static bool check_content(struct verifying *v, size_t line, const json_t *record, const struct audit_link *before)
{
        struct str event = json_str(record, "event");

        if (v->node->first == 0)
                note_first(v, record);
        if (line == 1 && v->link.seq != v->file->first)
                return found(v, line, STR("not the record that the file's name says"));
        if (!str_eq(json_str(record, "node"), v->file->node))
                return found(v, line, STR("a record of another node"));
        if (str_is(event, "checkpoint") && !check_checkpoint(v, line, record, before))
                return false;
        if (str_is(event, "file_removed") && json_int(record, "count", 0) == v->node->first - 1 &&
            str_eq(json_str(record, "sha256"), v->missing_hash))
                v->removal_seen = true;
        if (v->link.seq == v->head.link.seq) {
                if (!str_eq(audit_link_hash(&v->link), audit_link_hash(&v->head.link)))
                        return found(v, line, STR("not the record that the signed head names: records were replaced"));
                v->head_seen = true;
        }
        note_last(v, record);
        if (v->listener && !is_ok(v->listener->hear(v->listener->context, v->scratch, record)))
                return found(v, line, arena_reason(v->scratch));
        return true;
}

static bool check_line(struct verifying *v, size_t line, struct str text)
{
        struct audit_link before = v->link;
        json_t *record;

        arena_reset(v->scratch);
        if (before.seq == 0 && v->file->first == 1)
                before = v->link = audit_link_first();
        if (!is_ok(audit_line_check(v->scratch, text, &v->link, &record)))
                return found(v, line, arena_reason(v->scratch));
        return check_content(v, line, record, &before);
}

static void cleanup_reader(struct audit_reader *r)
{
        audit_reader_done(r);
}

static bool check_file(struct verifying *v)
{
        __attribute__((cleanup(cleanup_reader))) struct audit_reader reader = { 0 };
        struct str line;

        if (v->link.seq > 0 && v->file->first != v->link.seq + 1)
                return found(v, 0, arena_printf(v->a, "record %lld is expected here: a file before is missing or was cut",
                                                (long long)v->link.seq + 1));
        if (!is_ok(audit_reader_open(v->a, v->file->path, &reader)))
                return found(v, 0, arena_reason(v->a));
        while (audit_reader_next(&reader, &line))
                if (!check_line(v, reader.number, line))
                        return false;
        if (reader.torn)
                return found(v, reader.number + 1, STR("the last line is torn; the gateway cuts it off at its next start"));
        if (reader.number == 0)
                return found(v, 0, STR("the file is empty"));
        v->node->files++;
        return true;
}

static bool read_head(struct verifying *v)
{
        struct str jws = { 0 };

        arena_reset(v->scratch);
        if (!is_ok(audit_head_read(v->a, v->directory, v->file->node, &jws)) || jws.len == 0)
                return found(v, 0, STR("the signed head of this node is missing"));
        if (is_ok(audit_checkpoint_read(v->a, jws, v->keys, &v->head)) && str_eq(v->head.node, v->file->node))
                return true;
        return found(v, 0, STR("the signature of this node's head does not hold"));
}

static bool check_end(struct verifying *v)
{
        if (v->removal_needed && !v->removal_seen) {
                *v->fault = (struct audit_fault){ .file = v->directory, .what = arena_printf(v->a,
                        "records before %lld are missing, and the gateway has not noted that it removed them",
                        (long long)v->node->first) };
                return false;
        }
        if (!v->head_seen)
                return found(v, (size_t)(v->node->last - v->file->first + 2), arena_printf(v->a,
                             "records %lld to %lld are missing at the end, as the signed head says",
                             (long long)v->node->last + 1, (long long)v->head.link.seq));
        if (v->head.link.seq > v->node->signed_to)
                v->node->signed_to = v->head.link.seq;
        return true;
}

/* The files of one node, from `files` on: of *count files, which becomes how many were this node's. */
static bool check_node(struct verifying *v, const struct audit_file *files, size_t *count)
{
        size_t i;

        v->file = files;
        v->link = (struct audit_link){ 0 };
        v->head_seen = v->removal_seen = v->removal_needed = false;
        v->node->node = files->node;
        if (!read_head(v))
                return false;
        for (i = 0; i < *count && str_eq(files[i].node, files->node); i++) {
                v->file = &files[i];
                if (!check_file(v))
                        return false;
        }
        *count = i;
        return check_end(v);
}

bool audit_verify_hearing(struct arena *a, struct str directory, const struct jwks *keys,
                          const struct audit_listener *listener, struct audit_report *ret_report)
{
        auto_arena scratch = arena_new(SCRATCH_MAX);
        struct audit_report report = { 0 };
        struct verifying v = { .a = a, .scratch = scratch, .directory = directory, .keys = keys, .listener = listener,
                               .fault = &report.fault };
        struct audit_file *files;
        size_t count = 0, used;
        bool good = is_ok(audit_files_list(a, directory, (struct str){ 0 }, &files, &count)) && count > 0;

        if (!good)
                report.fault = (struct audit_fault){ .file = directory, .what = STR("no audit files here") };
        report.nodes = arena_new_array(a, struct audit_node, count + 1);
        for (size_t i = 0; good && i < count; i += used, report.count++) {
                v.node = &report.nodes[report.count];
                used = count - i;
                good = check_node(&v, &files[i], &used);
        }
        *ret_report = report;
        return good;
}

bool audit_verify(struct arena *a, struct str directory, const struct jwks *keys, struct audit_report *ret_report)
{
        return audit_verify_hearing(a, directory, keys, NULL, ret_report);
}

static void cleanup_stream(FILE **f)
{
        if (*f)
                fclose(*f);
}

result audit_keys_read(struct arena *a, struct str path, struct jwks *ret_keys)
{
        __attribute__((cleanup(cleanup_stream))) FILE *f = fopen(arena_cstr(a, path), "re");
        struct buf b = buf_in(a, JWKS_MAX);
        char piece[4096];
        size_t got;

        if (!f)
                return fail(a, ERR_CONFIG, "%.*s: %s", STR_FMT(path), strerror(errno));
        while ((got = fread(piece, 1, sizeof(piece), f)) > 0)
                buf_add(&b, str_slice(piece, got));
        if (ferror(f) || b.over)
                return fail(a, ERR_CONFIG, "%.*s: not a file of keys", STR_FMT(path));
        return jwks_parse_archive(a, buf_str(&b), ret_keys);
}
