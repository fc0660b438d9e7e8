/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Places in status lists: each is given out once, whoever asks at the same time; a bit is set where the lists have it,
 * and lives as long as somebody may look. */
#include "store_fixture.h"

#include "status_bits.h"

#define MARGIN 3600 /* for which verifiers may be behind */

static bool bit_of(struct str bits, int64_t index)
{
        return (size_t)index / 8 < bits.len && ((unsigned char)bits.data[index / 8] >> (index % 8) & 1);
}

/* As if so many places had been given out. */
static result pretend_given(struct task *t, const char *count)
{
        static const struct store_script set = { "redis.call('SET', 'bg:d:status', ARGV[1]) return ''" };
        const struct str args[] = { str_from(count) };
        struct str ignored;
        return store_eval(t, &(struct store_call){ &set, NULL, 0, args, 1 }, &ignored);
}

IN_TASK(test_unknown_list)
{
        struct str bits = STR("as it was");
        bool found = true;
        task_ok(status_bits_get(t, 0, &bits, &found));
        task_expect(!found && str_is(bits, "as it was"));
}

IN_TASK(test_places)
{
        struct str bits;
        int64_t place, last = -1;
        bool found;
        for (int i = 0; i < 200; i++) {
                task_ok(status_bits_place(t, &place));
                task_expect(place > last);
                last = place;
        }
        task_ok(status_bits_get(t, last / STATUS_LIST_SIZE, &bits, &found));
        task_expect(found && bits.len == 0);
        task_ok(status_bits_get(t, last / STATUS_LIST_SIZE + 1, &bits, &found));
        task_expect(!found);
        task_expect_sealed(t, "nothing");
}

/* A counter that is lost goes on behind what it had given out, so that no two grants share a place. */
IN_TASK(test_lost_counter)
{
        int64_t first, second;
        task_ok(status_bits_place(t, &first));
        task_ok(store_drop(t, STR("bg:d:status"), NULL));
        store_fixture_shift(f, 1);
        task_ok(status_bits_place(t, &second));
        task_expect(second > first);
        store_fixture_shift(f, 0);
}

/* As the lists number them: from the least significant bit of each byte on. */
IN_TASK(test_order_of_bits)
{
        static const int64_t set[] = { 0, 3, 4, 5, 7, 8, 9, 13, 15, 1000, STATUS_LIST_SIZE - 1 };
        int64_t next = 0;
        struct str bits;
        bool found;
        task_ok(pretend_given(t, "64"));
        for (size_t i = 0; i < sizeof(set) / sizeof(set[0]); i++)
                task_ok(status_bits_set(t, set[i], clock_now() + 60));
        task_ok(status_bits_get(t, 0, &bits, &found));
        task_expect(found && bits.len == STATUS_LIST_SIZE / 8);
        task_expect((unsigned char)bits.data[0] == 0xB9 && (unsigned char)bits.data[1] == 0xA3);
        for (int64_t i = 0; i < STATUS_LIST_SIZE; i++) {
                task_expect(bit_of(bits, i) == (set[next] == i));
                next += set[next] == i && i < STATUS_LIST_SIZE - 1;
        }
}

IN_TASK(test_lists_are_apart)
{
        struct str first, third;
        bool found;
        task_ok(pretend_given(t, "200000"));
        task_ok(status_bits_set(t, 2 * STATUS_LIST_SIZE + 17, clock_now() + 60));
        task_ok(status_bits_get(t, 0, &first, &found));
        task_expect(found && first.len == 0);
        task_ok(status_bits_get(t, 2, &third, &found));
        task_expect(found && bit_of(third, 17) && third.len == 3);
        task_ok(status_bits_get(t, 3, &third, &found));
        task_expect(found && third.len == 0);
        task_ok(status_bits_get(t, 4, &third, &found));
        task_expect(!found);
}

/* Never shortened by a bit that is needed less long; and what is over already does no harm. */
IN_TASK(test_life)
{
        int64_t life;
        task_ok(status_bits_set(t, 1, clock_now() + 1000));
        task_ok(store_ttl(t, STR("bg:status:0"), &life));
        task_expect(life > 990 + MARGIN && life <= 1000 + MARGIN);
        task_ok(status_bits_set(t, 2, clock_now() + 10));
        task_ok(status_bits_set(t, 3, clock_now() - 10));
        task_ok(store_ttl(t, STR("bg:status:0"), &life));
        task_expect(life > 990 + MARGIN);
        task_ok(status_bits_set(t, 4, clock_now() + 5000));
        task_ok(store_ttl(t, STR("bg:status:0"), &life));
        task_expect(life > 4990 + MARGIN);
        task_ok(status_bits_set(t, STATUS_LIST_SIZE, clock_now() - 10));
        task_ok(store_ttl(t, STR("bg:status:1"), &life));
        task_expect(life > MARGIN - 20 && life <= MARGIN);
}

static unsigned char given[STATUS_LIST_SIZE]; /* how often each place was given out */
static pthread_mutex_t given_lock = PTHREAD_MUTEX_INITIALIZER;

/* Beyond what the worker still holds of the tests before. */
static void begin(struct task *t, void *argument)
{
        (void)argument;
        task_ok(pretend_given(t, "1024"));
}

static void take_places(struct task *t, void *argument)
{
        int64_t places[300];
        (void)argument;
        for (int i = 0; i < 300; i++)
                task_ok(status_bits_place(t, &places[i]));
        pthread_mutex_lock(&given_lock);
        for (int i = 0; i < 300; i++)
                given[places[i] % STATUS_LIST_SIZE]++;
        pthread_mutex_unlock(&given_lock);
}

/* Several tasks of one worker, and two servers on one store, each with a worker of its own. */
static void test_places_are_given_once(void **state)
{
        struct store_fixture *f = *state, other = *f;
        unsigned count = 0;
        store_fixture_shift(f, 0);
        store_fixture_run(f, begin);
        store_fixture_serve(&other);
        for (int round = 0; round < 2; round++) {
                store_fixture_race(f, take_places, 8);
                store_fixture_race(&other, take_places, 8);
        }
        server_stop(other.server);
        for (size_t i = 0; i < STATUS_LIST_SIZE; i++) {
                assert_true(given[i] <= 1);
                count += given[i];
        }
        assert_int_equal(count, 4 * 8 * 300);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_unknown_list),    cmocka_unit_test(test_places), cmocka_unit_test(test_lost_counter),
                cmocka_unit_test(test_order_of_bits),
                cmocka_unit_test(test_lists_are_apart), cmocka_unit_test(test_life),   cmocka_unit_test(test_places_are_given_once),
        };
        return cmocka_run_group_tests(tests, store_group_setup, store_group_teardown);
}
