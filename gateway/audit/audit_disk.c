/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See audit_disk.h. A batch is made on a draft of the position; only when it is written, and synced where that is
 * asked for, the draft becomes the position. */
#include "audit_disk.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit_checkpoint.h"
#include "audit_tail.h"
#include "clock.h"

#define OWN_MAX (1024 * 1024)
#define BATCH_BYTES ((size_t)12 * 1024 * 1024)
#define DAY_LEN 10

/* Where the chain stands. */
struct position {
        struct audit_link link;
        int64_t length;           /* of the file */
        int64_t since_checkpoint; /* records */
        int64_t checkpoint_at;    /* seconds */
};

struct audit_disk {
        struct arena *arena;
        struct audit_options options;
        struct key *key;   /* NULL: not yet */
        int lock, folder, fd;
        char file[128];
        char day[DAY_LEN + 1];
        struct position at, draft;
        struct buf batch;
        bool drafting;
        bool dirty;        /* there may be bytes after at.length */
        int64_t unsynced_since_ms; /* 0: all is on disk */
};

static result refuse(struct arena *a, const char *what)
{
        return fail(a, ERR_AUDIT_DOWN, "audit: %s: %s", what, strerror(errno));
}

static struct str path_of(const struct audit_disk *d, struct arena *a, const char *name)
{
        return ARENA_JOIN(a, d->options.directory, STR("/"), str_from(name));
}

/* ---- the file ---- */

static result write_at(struct audit_disk *d, struct arena *a, struct str text)
{
        if (d->dirty && ftruncate(d->fd, d->at.length) != 0)
                return refuse(a, "cannot cut the file");
        d->dirty = true;
        for (size_t done = 0; done < text.len;) {
                ssize_t put = pwrite(d->fd, text.data + done, text.len - done, (off_t)(d->at.length + (int64_t)done));

                if (put < 0 && errno != EINTR)
                        return refuse(a, "cannot write");
                done += put > 0 ? (size_t)put : 0;
        }
        return OK;
}

static void cleanup_fd(const int *fd)
{
        if (*fd >= 0)
                close(*fd);
}

/* Replaced whole, so that a reader never meets half of it. */
static result write_head(struct audit_disk *d, struct arena *a, const struct audit_link *link)
{
        const struct audit_checkpoint c = {
                .node = d->options.node, .file = str_from(d->file), .link = *link, .time = clock_now()
        };
        struct str head = ARENA_JOIN(a, d->options.node, STR(".head"));
        struct str path = path_of(d, a, head.data), other = ARENA_JOIN(a, path, STR(".new")), jws, line;
        __attribute__((cleanup(cleanup_fd))) int fd = -1;

        if (!d->key)
                return OK;
        TRY(audit_checkpoint_sign(a, d->key, &c, &jws));
        line = ARENA_JOIN(a, jws, STR("\n"));
        fd = open(other.data, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        if (fd < 0 || write(fd, line.data, line.len) != (ssize_t)line.len || rename(other.data, path.data) != 0)
                return refuse(a, "cannot write the head");
        return OK;
}

static result sync_file(struct audit_disk *d, struct arena *a, const struct audit_link *link)
{
        if (fdatasync(d->fd) != 0)
                return refuse(a, "cannot sync");
        TRY(write_head(d, a, link));
        d->unsynced_since_ms = 0;
        return OK;
}

/* ---- the batch ---- */

static void draft_line(struct audit_disk *d, struct arena *a, struct str body, int64_t time)
{
        struct str line = audit_line(a, &d->draft.link, d->options.node, time, body);
        json_t *record;

        buf_add(&d->batch, line);
        if (!is_ok(audit_line_check(a, str_head(line, line.len - 1), &d->draft.link, &record)))
                abort(); /* what we write must be what we accept */
        d->draft.length += (int64_t)line.len;
        d->draft.since_checkpoint++;
}

static result draft_checkpoint(struct audit_disk *d, struct arena *a)
{
        const struct audit_checkpoint c = {
                .node = d->options.node, .file = str_from(d->file), .link = d->draft.link, .time = clock_now()
        };
        struct audit_event e = { .kind = AUDIT_CHECKPOINT };

        TRY(audit_checkpoint_sign(a, d->key, &c, &e.jws));
        draft_line(d, a, audit_event_render(a, &e), c.time);
        d->draft.since_checkpoint = 0;
        d->draft.checkpoint_at = c.time;
        return OK;
}

static bool checkpoint_is_due(const struct audit_disk *d)
{
        const struct position *p = &d->draft;

        return d->key && (p->since_checkpoint >= d->options.checkpoint_records ||
                          (p->since_checkpoint > 0 && clock_now() - p->checkpoint_at >= d->options.checkpoint_s));
}

static void begin(struct audit_disk *d, struct arena *a)
{
        d->drafting = true;
        d->draft = d->at;
        d->batch = buf_in(a, BATCH_BYTES);
}

result audit_disk_write(struct audit_disk *d, struct arena *a, bool sync)
{
        if (!d->drafting)
                return OK;
        if (d->batch.over)
                return fail(a, ERR_AUDIT_DOWN, "audit: a batch is too large");
        TRY(write_at(d, a, buf_str(&d->batch)));
        if (sync)
                TRY(sync_file(d, a, &d->draft.link));
        else if (d->unsynced_since_ms == 0)
                d->unsynced_since_ms = clock_monotonic_ms();
        d->at = d->draft;
        d->drafting = d->dirty = false;
        return OK;
}

void audit_disk_undo(struct audit_disk *d)
{
        d->drafting = false;
        if (d->dirty && d->fd >= 0 && ftruncate(d->fd, d->at.length) == 0)
                d->dirty = false;
}

/* One record by itself, on disk. */
static result append(struct audit_disk *d, struct arena *a, const struct audit_event *e)
{
        begin(d, a);
        if (e)
                draft_line(d, a, audit_event_render(a, e), clock_now());
        else
                TRY(draft_checkpoint(d, a));
        return audit_disk_write(d, a, true);
}

/* ---- rotation and retention ---- */

static result open_file(struct audit_disk *d, struct arena *a, int flags)
{
        d->fd = open(path_of(d, a, d->file).data, O_RDWR | O_CLOEXEC | flags, 0600);
        return d->fd >= 0 ? OK : refuse(a, "cannot open a file");
}

/* The first record of a file. */
static result first_record(struct arena *a, const struct audit_file *file, json_t **ret_record)
{
        struct audit_reader reader = { 0 };
        struct audit_link link = { 0 };
        struct str line;
        result r = audit_reader_open(a, file->path, &reader);

        if (is_ok(r) && !audit_reader_next(&reader, &line))
                r = fail(a, ERR_VERIFY, "%.*s: no record", STR_FMT(file->path));
        if (is_ok(r))
                r = audit_line_check(a, line, &link, ret_record);
        audit_reader_done(&reader);
        return r;
}

/* All records of a file are older than the first one of the next; noted in the chain before it goes. */
static result remove_if_old(struct audit_disk *d, struct arena *a, const struct audit_file *file,
                            const struct audit_file *next, bool *ret_removed)
{
        struct str limit = audit_time(a, clock_now() - d->options.retention_s);
        struct str seen, prev;
        json_t *record;

        *ret_removed = false;
        TRY(first_record(a, next, &record));
        seen = json_str(record, "time");
        prev = json_str(record, "prev");
        if (seen.len != limit.len || memcmp(seen.data, limit.data, limit.len) >= 0)
                return OK;
        TRY(append(d, a, &(struct audit_event){
                                 .kind = AUDIT_FILE_REMOVED, .file = file->name, .sha256 = prev, .count = next->first - 1 }));
        if (unlink(arena_cstr(a, file->path)) != 0)
                return refuse(a, "cannot remove an old file");
        *ret_removed = true;
        return OK;
}

static result remove_old(struct audit_disk *d, struct arena *a)
{
        struct audit_file *files;
        size_t count;
        bool removed = true;

        TRY(audit_files_list(a, d->options.directory, d->options.node, &files, &count));
        for (size_t i = 0; removed && i + 2 < count; i++) /* the last one has just begun */
                TRY(remove_if_old(d, a, &files[i], &files[i + 1], &removed));
        return OK;
}

static void close_file(struct audit_disk *d)
{
        if (d->fd >= 0)
                close(d->fd);
        d->fd = -1;
}

static result end_file(struct audit_disk *d, struct arena *a)
{
        if (d->key && d->at.since_checkpoint > 0)
                TRY(append(d, a, NULL));
        TRY(sync_file(d, a, &d->at.link));
        close_file(d);
        return OK;
}

/* A new file begins with the record that comes next, whose `prev` is the last hash of the old one. */
static result begin_file(struct audit_disk *d, struct arena *a)
{
        struct str name = audit_file_name(a, d->options.node, d->at.link.seq + 1);
        struct str today = audit_time(a, clock_now());

        memcpy(d->file, name.data, name.len + 1);
        memcpy(d->day, today.data, DAY_LEN);
        d->at.length = 0;
        d->dirty = true; /* it may be there since a start that failed, without a record */
        TRY(open_file(d, a, O_CREAT));
        return fsync(d->folder) == 0 ? OK : refuse(a, "cannot sync the folder");
}

static bool file_is_full(const struct audit_disk *d, struct arena *a)
{
        return d->at.length > 0 && (d->at.length >= d->options.file_bytes ||
                                    !str_starts(audit_time(a, clock_now()), str_slice(d->day, DAY_LEN)));
}

static result prepare(struct audit_disk *d, struct arena *a)
{
        bool fresh = d->fd < 0;

        if (d->fd >= 0 && file_is_full(d, a)) {
                TRY(end_file(d, a));
                fresh = true;
        }
        if (d->fd < 0)
                TRY(begin_file(d, a));
        return fresh ? remove_old(d, a) : OK;
}

result audit_disk_add(struct audit_disk *d, struct arena *a, struct str body, int64_t time)
{
        if (!d->drafting) {
                TRY(prepare(d, a));
                begin(d, a);
        }
        draft_line(d, a, body, time);
        return checkpoint_is_due(d) ? draft_checkpoint(d, a) : OK;
}

result audit_disk_sync(struct audit_disk *d, struct arena *a)
{
        return d->fd < 0 ? OK : sync_file(d, a, &d->at.link);
}

bool audit_disk_is_synced(const struct audit_disk *d)
{
        return d->unsynced_since_ms == 0;
}

bool audit_disk_sync_is_due(const struct audit_disk *d, int64_t within_ms)
{
        return d->unsynced_since_ms != 0 && clock_monotonic_ms() - d->unsynced_since_ms >= within_ms;
}

/* ---- start and end ---- */

void audit_disk_sign_with(struct audit_disk *d, struct key *key)
{
        key_unref(d->key);
        d->key = key;
}

static result lock(struct audit_disk *d, struct arena *a)
{
        struct str name = ARENA_JOIN(a, d->options.node, STR(".lock"));

        d->lock = open(path_of(d, a, name.data).data, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (d->lock < 0)
                return fail(a, ERR_CONFIG, "audit %.*s: %s", STR_FMT(d->options.directory), strerror(errno));
        if (flock(d->lock, LOCK_EX | LOCK_NB) != 0)
                return fail(a, ERR_CONFIG, "audit %.*s: another gateway writes as node %.*s; give each its own audit.node",
                            STR_FMT(d->options.directory), STR_FMT(d->options.node));
        return OK;
}

static result go_on(struct audit_disk *d, struct arena *a)
{
        struct audit_tail tail;

        TRY(audit_tail_find(a, d->options.directory, d->options.node, &tail));
        d->at = (struct position){ .link = tail.link,
                                   .length = tail.length,
                                   .since_checkpoint = tail.since_checkpoint,
                                   .checkpoint_at = clock_now() };
        if (tail.file.len > 0) {
                memcpy(d->file, tail.file.data, tail.file.len);
                memcpy(d->day, tail.day, DAY_LEN);
                TRY(open_file(d, a, 0));
        }
        if (tail.cut > 0) {
                TRY(prepare(d, a));
                TRY(append(d, a, &(struct audit_event){ .kind = AUDIT_TAIL_CUT, .count = tail.cut }));
        }
        return OK;
}

static result open_all(struct audit_disk *d, struct arena *a)
{
        if (!audit_node_is_good(d->options.node))
                return fail(a, ERR_CONFIG, "audit.node: letters, digits, '.', '_' and '-' only, 64 at most");
        if (mkdir(d->options.directory.data, 0700) != 0 && errno != EEXIST)
                return fail(a, ERR_CONFIG, "audit %.*s: %s", STR_FMT(d->options.directory), strerror(errno));
        d->folder = open(d->options.directory.data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (d->folder < 0)
                return fail(a, ERR_CONFIG, "audit %.*s: %s", STR_FMT(d->options.directory), strerror(errno));
        TRY(lock(d, a));
        return go_on(d, a);
}

result audit_disk_open(struct arena *a, const struct audit_options *options, struct audit_disk **ret_disk)
{
        struct arena *own = arena_new(OWN_MAX);
        struct audit_disk *d = arena_new_of(own, struct audit_disk);
        result r;

        *d = (struct audit_disk){ .arena = own, .options = *options, .lock = -1, .folder = -1, .fd = -1 };
        d->options.directory = arena_copy(own, options->directory);
        d->options.node = arena_copy(own, options->node);
        r = open_all(d, a);
        if (!is_ok(r)) {
                audit_disk_free(d);
                return r;
        }
        *ret_disk = d;
        return OK;
}

result audit_disk_close(struct audit_disk *d, struct arena *a)
{
        return d->fd < 0 ? OK : end_file(d, a);
}

void audit_disk_free(struct audit_disk *d)
{
        if (!d)
                return;
        close_file(d);
        cleanup_fd(&d->folder);
        cleanup_fd(&d->lock);
        key_unref(d->key);
        arena_free(d->arena);
}
