/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The gateway's parts: sources by id, and the ring of signing keys that all nodes share. */
#include "fixed_gateway.h"

#include "signing_keys.h"

IN_TASK(test_sources)
{
        const struct gateway *g = gateway_of(t);
        task_expect(gateway_source(g, STR("hk")) == &fixed_sources[0]);
        task_expect(gateway_source(g, STR("cn")) == &fixed_sources[1]);
        task_expect(!gateway_source(g, STR("HK")) && !gateway_source(g, STR("")));
}

/* Another node of the same gateway: the same settings and seals, no ring yet. */
static struct gateway node_of(const struct gateway *g)
{
        struct gateway node = *g;
        node.keyring = NULL;
        node.jwks = (struct str){ 0 };
        return node;
}

static struct str kid_of(const struct gateway *g)
{
        return key_kid(keyring_active(g->keyring, ALG_ES256));
}

IN_TASK(test_one_ring_for_all)
{
        struct gateway first = node_of(gateway_of(t)), second = node_of(gateway_of(t));
        result r = gateway_load_keys(t, &first);
        if (is_ok(r))
                r = gateway_load_keys(t, &second);
        bool same = is_ok(r) && str_eq(kid_of(&first), kid_of(&second)) && str_eq(first.jwks, second.jwks);
        bool private = str_holds(first.jwks, "\"d\"");
        bool named = is_ok(r) && str_holds(first.jwks, arena_cstr(task_arena(t), kid_of(&first)));
        keyring_unref(first.keyring);
        keyring_unref(second.keyring);
        task_ok(r);
        task_expect(same && named && !private);
        task_expect_sealed(t, "wrapped", "\"d\"", "kid");
}

/* With another master key the ring does not open: that is an error, never a second ring. */
IN_TASK(test_another_master_key)
{
        struct gateway first = node_of(gateway_of(t)), other = node_of(gateway_of(t));
        struct str before, after;
        task_ok(gateway_load_keys(t, &first));
        keyring_unref(first.keyring);
        task_ok(store_dump(t, &before));
        other.keys = seal_new(STR("another master key of 32 bytes.."), STR("keyring"));
        result r = gateway_load_keys(t, &other);
        seal_free(other.keys);
        task_expect(!is_ok(r) && !other.keyring);
        task_ok(store_dump(t, &after));
        task_expect(str_eq(before, after));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_sources),
                cmocka_unit_test(test_one_ring_for_all),
                cmocka_unit_test(test_another_master_key),
        };
        return cmocka_run_group_tests(tests, fixed_group_setup, fixed_group_teardown);
}
