/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* For tests of the audit: a folder of its own, an audit in it, and ways to spoil what was written. Files have few
 * records, so that every step from file to file is taken. */
#pragma once

#include "unit.h"

#include <dirent.h>
#include <ftw.h>

#include "audit.h"
#include "audit_files.h"
#include "audit_verify.h"
#include "clock.h"
#include "keyring.h"
#include "log.h"

struct audit_folder {
        struct arena *arena;
        char path[64];
        char clock[80];
        struct key *key;
        struct jwks jwks;
        struct audit_options options;
};

static inline int audit_folder_remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
        (void)st;
        (void)kind;
        (void)at;
        return remove(path);
}

/* Seconds that the clock is ahead. */
static inline void audit_folder_set_clock(const struct audit_folder *f, int64_t ahead)
{
        FILE *file = fopen(f->clock, "w");
        assert_non_null(file);
        fprintf(file, "%lld\n", (long long)ahead);
        fclose(file);
}

static inline struct audit_folder *audit_folder_new(void)
{
        struct arena *a = arena_new(8 << 20);
        struct audit_folder *f = arena_new_of(a, struct audit_folder);
        f->arena = a;
        memcpy(f->path, "/tmp/baygate-audit-XXXXXX", sizeof("/tmp/baygate-audit-XXXXXX"));
        assert_non_null(mkdtemp(f->path));
        struct str clock = arena_printf(a, "%s.clock", f->path);
        memcpy(f->clock, clock.data, clock.len + 1);
        audit_folder_set_clock(f, 0);
        setenv("BAYGATE_TEST_CLOCK", f->clock, 1);
        unit_check_result(key_generate(a, ALG_ES256, &f->key), NULL, __FILE__, __LINE__);
        json_t *set = json_new_object(a), *keys = json_new_array(a);
        json_array_append(keys, key_public_jwk(a, f->key));
        json_object_set(set, "keys", keys);
        unit_check_result(jwks_from_json(a, set, &f->jwks), NULL, __FILE__, __LINE__);
        f->options = (struct audit_options){
                .directory = arena_printf(a, "%s/audit", f->path),
                .node = STR("gw1"),
                .retention_s = 200 * 86400,
                .checkpoint_records = 4,
                .checkpoint_s = 600,
                .file_bytes = 1 << 20,
        };
        log_set_level(LOG_ERROR);
        return f;
}

static inline void audit_folder_free(struct audit_folder *f)
{
        nftw(f->path, audit_folder_remove_one, 16, FTW_DEPTH | FTW_PHYS);
        unlink(f->clock);
        arena_free(f->arena);
}

static inline struct audit *audit_folder_start(struct audit_folder *f)
{
        struct audit *audit = NULL;
        result r = audit_start(f->arena, &f->options, &audit);
        if (!is_ok(r))
                fail_msg("audit_start: %.*s", STR_FMT(arena_reason(f->arena)));
        audit_sign_with(audit, f->key);
        return audit;
}

/* Starts, notes `count` events, stops. */
static inline void audit_folder_fill(struct audit_folder *f, int count)
{
        struct audit *audit = audit_folder_start(f);
        for (int i = 0; i < count; i++)
                audit_note(audit, &(struct audit_event){ .kind = AUDIT_LOGIN, .client = STR("portal"), .count = i + 1 });
        audit_stop(audit);
}

/* The only or the n-th file, from 0. */
static inline struct audit_file audit_folder_file(struct audit_folder *f, size_t n)
{
        struct audit_file *files;
        size_t count;
        unit_check_result(audit_files_list(f->arena, f->options.directory, STR("gw1"), &files, &count), NULL, __FILE__,
                          __LINE__);
        assert_true(n < count);
        return files[n];
}

static inline struct str audit_folder_read(struct audit_folder *f, struct str path)
{
        FILE *file = fopen(arena_cstr(f->arena, path), "r");
        assert_non_null(file);
        struct buf b = buf_in(f->arena, 4 << 20);
        char piece[4096];
        size_t got;
        while ((got = fread(piece, 1, sizeof(piece), file)) > 0)
                buf_add(&b, str_slice(piece, got));
        fclose(file);
        return buf_str(&b);
}

static inline void audit_folder_write(struct audit_folder *f, struct str path, struct str content)
{
        FILE *file = fopen(arena_cstr(f->arena, path), "w");
        assert_non_null(file);
        assert_int_equal(fwrite(content.data, 1, content.len, file), content.len);
        fclose(file);
}

/* The lines of a file, with their line feeds. */
static inline size_t audit_folder_lines(struct str content, struct str *ret_lines, size_t max)
{
        size_t count = 0;
        while (content.len > 0 && count < max) {
                size_t end = str_find(content, '\n');
                ret_lines[count++] = str_head(content, end + 1);
                content = str_from_index(content, end + 1);
        }
        return count;
}

static inline bool audit_folder_verify(struct audit_folder *f, struct audit_node *ret_node, struct audit_fault *ret_fault)
{
        struct audit_report report;
        bool good = audit_verify(f->arena, f->options.directory, &f->jwks, &report);
        *ret_fault = report.fault;
        if (!good)
                return false;
        assert_int_equal(report.count, 1);
        *ret_node = report.nodes[0];
        return true;
}
