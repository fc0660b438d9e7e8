/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Random values (digest.h; NIST SP 800-90A through OpenSSL's generator; RFC 9562 for UUIDs).
 *
 * A call of the generator costs as much as several hundred bytes of its output, and a login draws half a dozen short
 * values. So each thread draws a supply at once and hands it out from the end, every byte once, wiped as it goes. What
 * lies in the supply is as secret as the generator's own state, which lies in the same memory. A child of fork() starts
 * without: it would hand out the same bytes as its parent. */
#include "fetched.h"

#include <pthread.h>

#include "base64url.h"
#include "secret.h"

#define SUPPLY_SIZE 1024
#define DRAW_MAX 64 /* longer values are drawn by themselves */

static _Thread_local struct {
        size_t left;
        unsigned char bytes[SUPPLY_SIZE];
} supply;

static void draw(unsigned char *out, size_t len)
{
        must(RAND_bytes_ex(NULL, out, len, 0) == 1);
}

/* In a child, on the thread that forked: the only one that it has. */
static void forget_supply(void)
{
        wipe(&supply, sizeof supply);
}

static void watch_forks(void)
{
        must(pthread_atfork(NULL, NULL, forget_supply) == 0);
}

static void fill(unsigned char *out, size_t len)
{
        static pthread_once_t once = PTHREAD_ONCE_INIT;
        if (len > DRAW_MAX) {
                draw(out, len);
                return;
        }
        if (supply.left < len) {
                must(pthread_once(&once, watch_forks) == 0);
                draw(supply.bytes, SUPPLY_SIZE);
                supply.left = SUPPLY_SIZE;
        }
        supply.left -= len;
        memcpy(out, supply.bytes + supply.left, len);
        wipe(supply.bytes + supply.left, len);
}

struct str random_bytes(struct arena *a, size_t len)
{
        unsigned char *out = arena_alloc(a, len);
        fill(out, len);
        return str_slice(out, len);
}

struct str random_token(struct arena *a, size_t len)
{
        return base64url_encode(a, random_bytes(a, len));
}

struct str random_uuid(struct arena *a)
{
        unsigned char b[16];
        fill(b, sizeof b);
        b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
        b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
        struct str hex = hex_encode(a, str_slice(b, sizeof b));
        return ARENA_JOIN(a, str_slice(hex.data, 8), STR("-"), str_slice(hex.data + 8, 4), STR("-"),
                          str_slice(hex.data + 12, 4), STR("-"), str_slice(hex.data + 16, 4), STR("-"),
                          str_slice(hex.data + 20, 12));
}
