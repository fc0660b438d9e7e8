/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The time (clock.h).
 *
 * With BAYGATE_TEST_CLOCK defined, the file with the offset is opened once and read again at each call, so that a
 * test changes the time of running programs by writing to it. It may be written in place or replaced. */
#include "clock.h"

#include <time.h>

static int64_t microseconds(clockid_t id)
{
        struct timespec ts;
        clock_gettime(id, &ts);
        return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

#ifdef BAYGATE_TEST_CLOCK

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "str.h"

static pthread_mutex_t test_clock_lock = PTHREAD_MUTEX_INITIALIZER;
static int test_clock_file = -1;
static int64_t test_clock_offset;

/* Opens the file, or the one that has taken its place. */
static bool test_clock_open(const char *path)
{
        struct stat status;
        if (test_clock_file >= 0 && fstat(test_clock_file, &status) == 0 && status.st_nlink > 0)
                return true;
        if (test_clock_file >= 0)
                close(test_clock_file);
        test_clock_file = open(path, O_RDONLY | O_CLOEXEC);
        return test_clock_file >= 0;
}

/* A file that is being written, and so is empty for a moment, leaves the offset as it was. */
static void test_clock_read(void)
{
        char text[32];
        ssize_t len = pread(test_clock_file, text, sizeof(text), 0);
        struct str s = str_trim(str_slice(text, len > 0 ? (size_t)len : 0));
        bool negative = str_starts(s, STR("-"));
        int64_t value;
        if (str_to_int(str_from_index(s, negative ? 1 : 0), &value))
                test_clock_offset = negative ? -value : value;
}

static int64_t test_offset(void)
{
        const char *path = getenv("BAYGATE_TEST_CLOCK");
        if (!path)
                return 0;
        pthread_mutex_lock(&test_clock_lock);
        if (test_clock_open(path))
                test_clock_read();
        int64_t offset = test_clock_offset;
        pthread_mutex_unlock(&test_clock_lock);
        return offset;
}

#else

static int64_t test_offset(void)
{
        return 0;
}

#endif

int64_t clock_now(void)
{
        return microseconds(CLOCK_REALTIME) / 1000000 + test_offset();
}

int64_t clock_now_ms(void)
{
        return microseconds(CLOCK_REALTIME) / 1000 + test_offset() * 1000;
}

int64_t clock_monotonic_ms(void)
{
        return microseconds(CLOCK_MONOTONIC) / 1000;
}

int64_t clock_monotonic_us(void)
{
        return microseconds(CLOCK_MONOTONIC);
}

struct str clock_text(struct arena *a, int64_t seconds)
{
        char text[sizeof("9999-12-31T23:59:59Z")];
        time_t when = seconds;
        struct tm tm;

        if (seconds < 0 || !gmtime_r(&when, &tm) || strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
                return (struct str){ 0 };
        return arena_copy(a, str_from(text));
}
