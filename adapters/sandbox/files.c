/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Reading small files whole, and creating new ones. */
#include "settings.h"

#include <fcntl.h>
#include <unistd.h>

static void file_close(FILE **f)
{
        if (*f)
                fclose(*f);
}

result file_read(struct arena *a, struct str path, size_t max, struct str *ret_text)
{
        __attribute__((cleanup(file_close))) FILE *f = fopen(arena_cstr(a, path), "re");
        if (!f)
                return fail(a, ERR_CONFIG, "%.*s cannot be opened", STR_FMT(path));
        char *data = arena_alloc(a, max + 1);
        size_t len = fread(data, 1, max + 1, f);
        if (ferror(f) || len > max)
                return fail(a, ERR_CONFIG, "%.*s cannot be read or is too large", STR_FMT(path));
        *ret_text = str_slice(data, len);
        return OK;
}

result file_create(struct arena *a, struct str path, struct str text, unsigned mode)
{
        int fd = open(arena_cstr(a, path), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (fd < 0)
                return fail(a, ERR_CONFIG, "%.*s is already there or cannot be made", STR_FMT(path));
        ssize_t written = write(fd, text.data, text.len);
        int closed = close(fd);
        if (written != (ssize_t)text.len || closed != 0)
                return fail(a, ERR_CONFIG, "%.*s cannot be written", STR_FMT(path));
        return OK;
}
