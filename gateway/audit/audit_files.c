/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See audit_files.h. */
#include "audit_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

#define FILES_MAX 65536
#define DIGITS 12
#define SUFFIX STR(".jsonl")

bool audit_node_is_good(struct str node)
{
        for (size_t i = 0; i < node.len; i++) {
                char c = node.data[i];

                if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != '.' && c != '_' &&
                    c != '-')
                        return false;
        }
        return node.len > 0 && node.len <= 64 && node.data[0] != '.';
}

struct str audit_file_name(struct arena *a, struct str node, int64_t first)
{
        return arena_printf(a, "%.*s-%012lld.jsonl", STR_FMT(node), (long long)first);
}

static bool name_parse(struct str name, struct audit_file *ret_file)
{
        struct str stem = str_head(name, name.len - (name.len < SUFFIX.len ? name.len : SUFFIX.len)), digits;

        if (!str_ends(name, SUFFIX) || stem.len < DIGITS + 2 || stem.data[stem.len - DIGITS - 1] != '-')
                return false;
        digits = str_from_index(stem, stem.len - DIGITS);
        while (digits.len > 1 && digits.data[0] == '0')
                digits = str_from_index(digits, 1);
        ret_file->node = str_head(stem, stem.len - DIGITS - 1);
        ret_file->name = name;
        return audit_node_is_good(ret_file->node) && str_to_int(digits, &ret_file->first);
}

static int compare(const void *left, const void *right)
{
        const struct audit_file *l = left, *r = right;
        size_t shorter = l->node.len < r->node.len ? l->node.len : r->node.len;
        int order = memcmp(l->node.data, r->node.data, shorter);

        if (order == 0 && l->node.len != r->node.len)
                order = l->node.len < r->node.len ? -1 : 1;
        if (order == 0 && l->first != r->first)
                order = l->first < r->first ? -1 : 1;
        return order;
}

static void close_directory(DIR **d)
{
        if (*d)
                closedir(*d);
}

result audit_files_list(struct arena *a, struct str directory, struct str node, struct audit_file **ret_files,
                        size_t *ret_count)
{
        __attribute__((cleanup(close_directory))) DIR *d = opendir(arena_cstr(a, directory));
        struct audit_file *files = arena_new_array(a, struct audit_file, 16);
        size_t count = 0, room = 16;
        const struct dirent *entry;

        if (!d)
                return fail(a, ERR_CONFIG, "%.*s: %s", STR_FMT(directory), strerror(errno));
        while ((entry = readdir(d)) && count < FILES_MAX) {
                struct audit_file file;

                if (!name_parse(arena_copy(a, str_from(entry->d_name)), &file))
                        continue;
                if (node.len > 0 && !str_eq(file.node, node))
                        continue;
                if (count == room) {
                        struct audit_file *more = arena_new_array(a, struct audit_file, room * 2);

                        memcpy(more, files, count * sizeof(*files));
                        files = more;
                        room *= 2;
                }
                file.path = ARENA_JOIN(a, directory, STR("/"), file.name);
                files[count++] = file;
        }
        qsort(files, count, sizeof(*files), compare);
        *ret_files = files;
        *ret_count = count;
        return OK;
}

result audit_reader_open(struct arena *a, struct str path, struct audit_reader *ret_reader)
{
        FILE *f = fopen(arena_cstr(a, path), "re");

        if (!f)
                return fail(a, ERR_CONFIG, "%.*s: %s", STR_FMT(path), strerror(errno));
        *ret_reader = (struct audit_reader){ .file = f };
        return OK;
}

bool audit_reader_next(struct audit_reader *r, struct str *ret_line)
{
        ssize_t got = getline(&r->line, &r->room, r->file);

        if (got <= 0)
                return false;
        if (r->line[got - 1] != '\n') {
                r->torn = got;
                return false;
        }
        r->number++;
        r->end += got;
        *ret_line = str_slice(r->line, (size_t)got - 1);
        return true;
}

void audit_reader_done(struct audit_reader *r)
{
        if (r->file)
                fclose(r->file);
        free(r->line);
        *r = (struct audit_reader){ 0 };
}
