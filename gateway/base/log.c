/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The log (log.h): each line is built on the stack and goes out, alone or with others of its thread, in one write(2)
 * of at most PIPE_BUF bytes, which a pipe keeps in one piece; so threads need no lock. Fields that do not fit are left
 * out, and the line says so. */
#include "log.h"

#include <errno.h>
#include <limits.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"

#define VALUE_MAX 512
#define LINE_MAX_BYTES PIPE_BUF
#define LINE_END_CUT ",\"cut\":true}\n"
#define LINE_END "}\n"

static _Atomic enum log_level lowest_level = LOG_INFO;

void log_set_level(enum log_level level)
{
        atomic_store_explicit(&lowest_level, level, memory_order_relaxed);
}

static const char *level_name(enum log_level level)
{
        switch (level) {
        case LOG_DEBUG:
                return "debug";
        case LOG_INFO:
                return "info";
        case LOG_WARNING:
                return "warning";
        case LOG_ERROR:
                return "error";
        }
        return "error";
}

/* At most VALUE_MAX bytes, not cut inside a character. */
static struct str cut_value(struct str s)
{
        if (s.len <= VALUE_MAX)
                return s;
        size_t len = VALUE_MAX;
        while (len > VALUE_MAX - 4 && ((unsigned char)s.data[len] & 0xc0) == 0x80)
                len--;
        return str_head(s, len);
}

/* Needs no escape and no decoding. */
static bool is_plain(unsigned char c)
{
        return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/* As the inside of a JSON string (RFC 8259, section 7); in text that is not UTF-8, foreign bytes become U+FFFD. */
static void add_escaped(struct buf *b, struct str s)
{
        size_t i = 0;
        while (i < s.len && is_plain((unsigned char)s.data[i]))
                i++;
        bool utf8 = i == s.len || str_is_utf8(s);
        size_t plain = 0; /* start of what has not been added yet */
        for (; i < s.len; i++) {
                unsigned char c = (unsigned char)s.data[i];
                bool foreign = c >= 0x80 && !utf8;
                if (is_plain(c) || (c >= 0x80 && utf8))
                        continue;
                buf_add(b, str_slice(s.data + plain, i - plain));
                buf_printf(b, "\\u%04x", foreign ? 0xfffdU : c);
                plain = i + 1;
        }
        buf_add(b, str_from_index(s, plain));
}

/* The part down to the second is made once per second and thread. */
static void add_time(struct buf *b)
{
        static _Thread_local time_t made_for = -1;
        static _Thread_local char made[64];
        static _Thread_local size_t made_len;
        int64_t now = clock_now_ms();
        time_t seconds = (time_t)(now / 1000);
        if (seconds != made_for) {
                struct tm tm;
                gmtime_r(&seconds, &tm);
                made_len = strftime(made, sizeof(made), "{\"time\":\"%Y-%m-%dT%H:%M:%S.", &tm);
                made_for = seconds;
        }
        int ms = (int)(now % 1000);
        const char end[] = { (char)('0' + ms / 100), (char)('0' + ms / 10 % 10), (char)('0' + ms % 10), 'Z', '"' };
        buf_add(b, str_slice(made, made_len));
        buf_add(b, str_slice(end, sizeof(end)));
}

static void add_name(struct buf *b, const char *name)
{
        buf_add(b, STR(",\""));
        buf_add_text(b, name);
        buf_add(b, STR("\":"));
}

static void add_text(struct buf *b, const char *name, struct str value)
{
        add_name(b, name);
        buf_add_char(b, '"');
        add_escaped(b, cut_value(value));
        buf_add_char(b, '"');
}

static void add_field(struct buf *b, const struct log_field *field)
{
        if (field->kind == LOG_FIELD_STR) {
                add_text(b, field->name, field->text);
                return;
        }
        add_name(b, field->name);
        buf_add_int(b, field->number);
}

/* Adds what fits as a whole. */
static bool add_fields(struct buf *b, const struct log_field *fields)
{
        for (; fields->name; fields++) {
                size_t before = b->len;
                add_field(b, fields);
                if (!b->over)
                        continue;
                b->len = before;
                b->over = false;
                return false;
        }
        return true;
}

/* ---- out ---- */

static _Thread_local struct {
        bool on;
        size_t len;
        char lines[LINE_MAX_BYTES];
} gathered;

static void write_out(const char *lines, size_t len)
{
        while (write(STDERR_FILENO, lines, len) < 0 && errno == EINTR)
                continue;
}

void log_flush(void)
{
        if (gathered.len == 0)
                return;
        int saved_errno = errno;
        write_out(gathered.lines, gathered.len);
        gathered.len = 0;
        errno = saved_errno;
}

void log_gather(void)
{
        gathered.on = true;
}

/* Whatever is gathered goes out together in one write of at most PIPE_BUF bytes; a warning does not wait. */
static void put_line(enum log_level level, struct str line)
{
        if (!gathered.on) {
                write_out(line.data, line.len);
                return;
        }
        if (gathered.len + line.len > sizeof(gathered.lines))
                log_flush();
        memcpy(gathered.lines + gathered.len, line.data, line.len);
        gathered.len += line.len;
        if (level >= LOG_WARNING)
                log_flush();
}

void log_write(enum log_level level, const char *event, const struct log_field *fields)
{
        if (level < atomic_load_explicit(&lowest_level, memory_order_relaxed))
                return;
        int saved_errno = errno;
        char line[LINE_MAX_BYTES + 1] __attribute__((uninitialized)); /* written before it is read */
        struct buf b = buf_over(line, sizeof(line));
        b.max -= sizeof(LINE_END_CUT) - 1;
        add_time(&b);
        add_text(&b, "level", str_from(level_name(level)));
        add_text(&b, "event", str_from(event));
        bool whole = add_fields(&b, fields);
        b.max += sizeof(LINE_END_CUT) - 1;
        buf_add_text(&b, whole ? LINE_END : LINE_END_CUT);

        put_line(level, buf_str(&b));
        errno = saved_errno;
}
