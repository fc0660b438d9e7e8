/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Origins, bulkhead and circuit breaker, with the time as an argument. */
#include "unit.h"

#include "peer.h"

static const struct str origins[] = { { "https://source.example", 22 }, { "http://127.0.0.1:8081", 21 } };

static struct peer *make(void)
{
        return peer_new(&(struct peer_options){
                .name = STR("source"),
                .origins = origins,
                .origin_count = 2,
                .max_waiting = 2,
                .trip_after = 3,
                .open_ms = 1000,
        });
}

static void pass_through(struct peer *p, int64_t now, enum peer_verdict verdict)
{
        struct peer_pass pass;
        const char *reason = NULL;
        assert_true(peer_enter(p, now, &pass, &reason));
        peer_leave(p, now, pass, verdict);
}

static void assert_refused(struct peer *p, int64_t now, const char *part)
{
        struct peer_pass pass;
        const char *reason = "";
        assert_false(peer_enter(p, now, &pass, &reason));
        assert_non_null(strstr(reason, part));
}

static void test_origins_match_exactly(void **state)
{
        (void)state;
        struct peer *p = make();
        auto_arena a = arena_new(65536);
        assert_true(peer_allows(p, a, STR("https://source.example/path?x=1")));
        assert_true(peer_allows(p, a, STR("https://source.example")));
        assert_true(peer_allows(p, a, STR("http://127.0.0.1:8081/x")));
        const char *foreign[] = {
                "http://source.example/", "https://source.example:8443/", "https://source.example.evil/",
                "https://evil/https://source.example", "https://source.example@evil/", "https://a@source.example/",
                "http://127.0.0.1:80811/", "http://127.0.0.1/", "file:///etc/passwd", "source.example", "",
                "https://source.example/x#y", "https://source.example\\@evil/",
        };
        for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
                if (peer_allows(p, a, str_from(foreign[i])))
                        fail_msg("allowed: %s", foreign[i]);
        peer_free(p);
}

static void test_bulkhead(void **state)
{
        (void)state;
        struct peer *p = make();
        struct peer_pass first, second, third;
        const char *reason = NULL;
        assert_true(peer_enter(p, 1, &first, &reason));
        assert_true(peer_enter(p, 1, &second, &reason));
        assert_int_equal(peer_figures(p).waiting, 2);
        assert_refused(p, 1, "too many");
        peer_leave(p, 2, first, PEER_GOOD);
        assert_true(peer_enter(p, 2, &third, &reason));
        peer_leave(p, 3, second, PEER_GOOD);
        peer_leave(p, 3, third, PEER_GOOD);
        assert_int_equal(peer_figures(p).waiting, 0);
        assert_int_equal(peer_figures(p).refused, 1);
        assert_int_equal(peer_figures(p).requests, 3);
        peer_free(p);
}

static void test_breaker_opens_after_failures_in_a_row(void **state)
{
        (void)state;
        struct peer *p = make();
        pass_through(p, 1, PEER_BAD);
        pass_through(p, 1, PEER_BAD);
        pass_through(p, 1, PEER_GOOD); /* breaks the row */
        pass_through(p, 1, PEER_BAD);
        pass_through(p, 1, PEER_UNKNOWN); /* neither here nor there */
        pass_through(p, 1, PEER_BAD);
        assert_int_equal(peer_figures(p).state, PEER_CLOSED);
        pass_through(p, 1, PEER_BAD);
        assert_refused(p, 1, "breaker");
        assert_refused(p, 1000, "breaker");
        peer_free(p);
}

static void trip(struct peer *p, int64_t now)
{
        for (int i = 0; i < 3; i++)
                pass_through(p, now, PEER_BAD);
}

static void test_one_probe_closes_or_reopens(void **state)
{
        (void)state;
        struct peer *p = make();
        trip(p, 0);
        struct peer_pass probe;
        const char *reason = NULL;
        assert_true(peer_enter(p, 1000, &probe, &reason));
        assert_true(probe.probe);
        assert_refused(p, 1000, "breaker"); /* one at a time */
        peer_leave(p, 1100, probe, PEER_BAD);
        assert_refused(p, 2000, "breaker");
        pass_through(p, 2100, PEER_GOOD);
        assert_int_equal(peer_figures(p).state, PEER_CLOSED);
        pass_through(p, 2100, PEER_BAD); /* the row starts anew */
        pass_through(p, 2100, PEER_GOOD);
        peer_free(p);
}

static void test_late_success_does_not_close(void **state)
{
        (void)state;
        struct peer *p = make();
        struct peer_pass early;
        const char *reason = NULL;
        assert_true(peer_enter(p, 0, &early, &reason));
        trip(p, 10);
        peer_leave(p, 20, early, PEER_GOOD);
        assert_refused(p, 30, "breaker");
        peer_free(p);
}

static void test_probe_without_verdict_leaves_room_for_another(void **state)
{
        (void)state;
        struct peer *p = make();
        trip(p, 0);
        pass_through(p, 1000, PEER_UNKNOWN);
        pass_through(p, 1000, PEER_GOOD);
        pass_through(p, 1000, PEER_GOOD);
        peer_free(p);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_origins_match_exactly),
                cmocka_unit_test(test_bulkhead),
                cmocka_unit_test(test_breaker_opens_after_failures_in_a_row),
                cmocka_unit_test(test_one_probe_closes_or_reopens),
                cmocka_unit_test(test_late_success_does_not_close),
                cmocka_unit_test(test_probe_without_verdict_leaves_room_for_another),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
