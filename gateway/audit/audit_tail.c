/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See audit_tail.h. The last file is checked whole; the signed head beside it must be a record of it. */
#include "audit_tail.h"

#include <errno.h>
#include <unistd.h>

#include "audit_checkpoint.h"

#define SCRATCH_MAX (256 * 1024)

result audit_head_read(struct arena *a, struct str directory, struct str node, struct str *ret_jws)
{
        struct str path = ARENA_JOIN(a, directory, STR("/"), node, STR(".head"));
        FILE *f = fopen(arena_cstr(a, path), "re");
        char text[JWS_MAX];
        size_t len;

        if (!f && errno == ENOENT) {
                *ret_jws = (struct str){ 0 };
                return OK;
        }
        if (!f)
                return fail(a, ERR_CONFIG, "%.*s: %s", STR_FMT(path), strerror(errno));
        len = fread(text, 1, sizeof(text), f);
        fclose(f);
        *ret_jws = arena_copy(a, str_trim(str_slice(text, len)));
        return OK;
}

struct reading {
        struct arena *a, *scratch;
        const struct audit_file *file;
        const struct audit_link *head; /* NULL: none in this file */
        bool head_seen;
};

static result read_line(struct reading *r, size_t number, struct str line, struct audit_tail *tail)
{
        json_t *record;

        arena_reset(r->scratch);
        if (!is_ok(audit_line_check(r->scratch, line, &tail->link, &record)))
                return fail(r->a, ERR_VERIFY, "audit %.*s:%zu: %.*s", STR_FMT(r->file->path), number,
                            STR_FMT(arena_reason(r->scratch)));
        if (number == 1 && tail->link.seq != r->file->first)
                return fail(r->a, ERR_VERIFY, "audit %.*s:1: not the record that the file's name says", STR_FMT(r->file->path));
        if (number == 1) {
                struct str day = str_head(json_str(record, "time"), sizeof(tail->day) - 1);

                memcpy(tail->day, day.data ? day.data : "", day.len);
        }
        if (r->head && tail->link.seq == r->head->seq)
                r->head_seen = str_eq(audit_link_hash(&tail->link), audit_link_hash(r->head));
        tail->since_checkpoint = str_is(json_str(record, "event"), "checkpoint") ? 0 : tail->since_checkpoint + 1;
        return OK;
}

static void cleanup_reader(struct audit_reader *r)
{
        audit_reader_done(r);
}

static result read_file(struct reading *r, struct audit_tail *tail)
{
        __attribute__((cleanup(cleanup_reader))) struct audit_reader reader = { 0 };
        struct str line;

        TRY(audit_reader_open(r->a, r->file->path, &reader));
        while (audit_reader_next(&reader, &line))
                TRY(read_line(r, reader.number, line, tail));
        tail->length = reader.end;
        tail->cut += reader.torn;
        if (reader.torn && truncate(arena_cstr(r->a, r->file->path), reader.end) != 0)
                return fail(r->a, ERR_CONFIG, "%.*s: %s", STR_FMT(r->file->path), strerror(errno));
        return OK;
}

/* The signature is not looked at: the keys are not known yet. `baygate audit verify` does. */
static result read_head(struct arena *a, struct str directory, struct str node, struct audit_link *ret_head)
{
        struct audit_checkpoint c = { 0 };
        struct str jws;

        TRY(audit_head_read(a, directory, node, &jws));
        if (jws.len > 0 && !is_ok(audit_checkpoint_read(a, jws, NULL, &c)))
                return fail(a, ERR_VERIFY, "audit %.*s/%.*s.head: not a checkpoint", STR_FMT(directory), STR_FMT(node));
        *ret_head = c.link;
        return OK;
}

static result check_head(struct arena *a, const struct audit_link *head, const struct reading *r,
                         const struct audit_tail *tail)
{
        if (head->seq > tail->link.seq)
                return fail(a, ERR_VERIFY, "audit: records %lld to %lld are missing at the end, as the signed head says",
                            (long long)tail->link.seq + 1, (long long)head->seq);
        if (r->head && head->seq >= r->file->first && !r->head_seen)
                return fail(a, ERR_VERIFY, "audit %.*s: record %lld is not the one of the signed head",
                            STR_FMT(r->file->path), (long long)head->seq);
        return OK;
}

result audit_tail_find(struct arena *a, struct str directory, struct str node, struct audit_tail *ret_tail)
{
        auto_arena scratch = arena_new(SCRATCH_MAX);
        struct audit_tail tail = { .link = audit_link_first() };
        struct reading r = { .a = a, .scratch = scratch };
        struct audit_link head;
        struct audit_file *files;
        size_t count;

        TRY(audit_files_list(a, directory, node, &files, &count));
        TRY(read_head(a, directory, node, &head));
        r.head = head.seq ? &head : NULL;
        for (; count > 0; count--) {
                r.file = &files[count - 1];
                tail.link = (struct audit_link){ 0 };
                TRY(read_file(&r, &tail));
                if (tail.link.seq > 0)
                        break;
                if (unlink(arena_cstr(a, r.file->path)) != 0)
                        return fail(a, ERR_CONFIG, "%.*s: %s", STR_FMT(r.file->path), strerror(errno));
        }
        if (count == 0)
                tail = (struct audit_tail){ .link = audit_link_first(), .cut = tail.cut };
        else
                tail.file = r.file->name;
        TRY(check_head(a, &head, &r, &tail));
        *ret_tail = tail;
        return OK;
}
