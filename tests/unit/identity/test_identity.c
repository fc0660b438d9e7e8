/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Identities as they are kept, what they are worth, and the names they have for clients. */
#include "fixed_gateway.h"

#include "identity.h"

static struct assertion full_assertion(void)
{
        struct assertion s = said_of("hk", "HK", "hk-1");
        s.attributes.document_type = STR("hkid");
        s.attributes.document_number = STR("A123456(3)");
        s.attributes.phone_number = STR("+85291234567");
        s.attributes.email = STR("a@b.example");
        s.profile_changed_at = 1795320000;
        return s;
}

static bool same_text(const struct assertion *a, const struct assertion *b)
{
        const struct attributes *p = &a->attributes, *q = &b->attributes;
        return str_eq(a->source, b->source) && str_eq(a->jurisdiction, b->jurisdiction) &&
               str_eq(a->subject, b->subject) && str_eq(a->native_level, b->native_level) &&
               str_eq(a->method, b->method) && str_eq(a->transaction, b->transaction) &&
               str_eq(a->evidence_sha256, b->evidence_sha256) && str_eq(p->name_native, q->name_native) &&
               str_eq(p->name_latin, q->name_latin) && str_eq(p->birth_date, q->birth_date) &&
               str_eq(p->gender, q->gender) && str_eq(p->document_type, q->document_type) &&
               str_eq(p->document_number, q->document_number) && str_eq(p->phone_number, q->phone_number) &&
               str_eq(p->email, q->email);
}

/* Through text, as the store keeps it. */
static json_t *through_text(struct arena *a, const json_t *object)
{
        json_t *read;
        assert_ok(json_read_object(a, json_write(a, object), 65536, &read));
        return read;
}

static void test_assertion_round_trip(void **state)
{
        auto_arena a = arena_new(1 << 20);
        struct assertion s = full_assertion(), empty = { 0 }, got;
        (void)state;
        got = assertion_parse(through_text(a, assertion_render(a, &s)));
        assert_true(same_text(&got, &s));
        assert_int_equal(got.auth_time, s.auth_time);
        assert_int_equal(got.profile_changed_at, s.profile_changed_at);
        got = assertion_parse(through_text(a, assertion_render(a, &empty)));
        assert_true(same_text(&got, &empty));
        got = assertion_parse(NULL);
        assert_true(same_text(&got, &empty));
}

static void test_identity_round_trip(void **state)
{
        auto_arena a = arena_new(1 << 20);
        struct assurance level = {
                .ial = 2, .aal = 1, .fal = 3, .native = STR("L2"), .map_version = STR("1"), .auth_time = 5
        };
        struct identity i = { .assertion = full_assertion(), .level = assurance_render(a, &level) }, got;
        (void)state;
        got = identity_parse(through_text(a, identity_render(a, &i)));
        assert_true(same_text(&got.assertion, &i.assertion) && !got.bound && json_equal(got.level, i.level));
        i.bound = true;
        i.binding = STR("b-1");
        i.other = (struct binding_side){ STR("cn"), STR("cn-1") };
        i.other_jurisdiction = STR("CN");
        i.other_level = i.level;
        got = identity_parse(through_text(a, identity_render(a, &i)));
        assert_true(got.bound && str_eq(got.binding, i.binding) && str_eq(got.other.source, i.other.source));
        assert_true(str_eq(got.other.subject, i.other.subject) && str_is(got.other_jurisdiction, "CN"));
        struct assurance read = assurance_parse(got.other_level);
        assert_true(read.ial == 2 && read.aal == 1 && read.fal == 3 && read.auth_time == 5 &&
                    str_is(read.native, "L2"));
        /* What a record does not say is worth nothing. */
        read = assurance_parse(NULL);
        assert_true(read.ial == 0 && read.aal == 0 && read.fal == 0);
        got = identity_parse(NULL);
        assert_false(got.bound);
}

IN_TASK(test_document_is_hidden)
{
        const struct gateway *g = gateway_of(t);
        struct arena *a = task_arena(t);
        struct assertion s = full_assertion(), spelled = full_assertion(), none = said_of("hk", "HK", "hk-1");
        spelled.attributes.document_number = STR("a 123456 (3)");
        task_ok(assertion_hide_document(a, g, &s));
        task_ok(assertion_hide_document(a, g, &spelled));
        task_expect(s.attributes.document_number.len == 43 && !str_holds(s.attributes.document_number, "123456"));
        task_expect(str_eq(s.attributes.document_number, spelled.attributes.document_number));
        task_ok(assertion_hide_document(a, g, &none));
        task_expect(none.attributes.document_number.len == 0);
        s = full_assertion();
        s.attributes.document_number = STR("A123456(4)");
        task_error(assertion_hide_document(a, g, &s), ERR_SOURCE_BAD_ANSWER);
        s = full_assertion();
        s.attributes.document_type = STR("library card");
        task_error(assertion_hide_document(a, g, &s), ERR_SOURCE_BAD_ANSWER);
        task_expect(!str_holds(arena_reason(a), "123456"));
}

/* Never more than the login was worth when it was made, nor than the other side. */
IN_TASK(test_level)
{
        const struct gateway *g = gateway_of(t);
        struct assertion s = full_assertion();
        struct identity i = identity_of(t, &s);
        struct assurance low = { .ial = 1, .aal = 2, .fal = 2 }, level = identity_assurance(g, &i, clock_now());
        task_expect(level.ial == 2 && level.aal == 2 && level.fal == 2);
        i.level = assurance_render(task_arena(t), &low);
        level = identity_assurance(g, &i, clock_now());
        task_expect(level.ial <= 1);
        i = identity_of(t, &s);
        i.bound = true;
        i.other_level = assurance_render(task_arena(t), &low);
        level = identity_assurance(g, &i, clock_now());
        task_expect(level.ial == 1 && level.aal == 2);
        i.other_level = NULL;
        level = identity_assurance(g, &i, clock_now());
        task_expect(level.ial == 0 && level.aal == 0 && level.fal == 0);
        i = identity_of(t, &s);
        i.assertion.source = STR("gone"); /* out of the settings */
        level = identity_assurance(g, &i, clock_now());
        task_expect(level.ial == 0 && level.aal == 0 && level.fal == 0);
        s.source = STR("gone");
        i = identity_of(t, &s);
        level = identity_assurance(g, &i, clock_now());
        task_expect(level.ial == 0);
}

IN_TASK(test_subjects)
{
        const struct config *c = gateway_of(t)->config;
        const struct client *portal = config_client(c, STR("portal")), *plain = config_client(c, STR("plain"));
        struct assertion s = full_assertion(), mainland = said_of("cn", "CN", "cn-1");
        struct identity i = identity_of(t, &s), other = identity_of(t, &mainland);
        struct str cn, hk, bound, direct;
        task_ok(identity_subject(t, &i, portal, &cn));
        task_ok(identity_subject(t, &i, plain, &hk));
        task_expect(cn.len == 43 && !str_eq(cn, hk));
        i.bound = true;
        i.other = (struct binding_side){ STR("cn"), STR("cn-1") };
        i.other_jurisdiction = STR("CN");
        /* Through the binding the mainland client sees the mainland account, as when it signs in there itself. */
        task_ok(identity_subject(t, &i, portal, &bound));
        task_ok(identity_subject(t, &other, portal, &direct));
        task_expect(str_eq(bound, direct) && !str_eq(bound, cn));
        task_ok(identity_subject(t, &i, plain, &direct));
        task_expect(str_eq(direct, hk));
        i.assertion.subject = (struct str){ 0 };
        task_error(identity_subject(t, &i, plain, &direct), ERR_MALFORMED);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_assertion_round_trip),
                cmocka_unit_test(test_identity_round_trip),
                cmocka_unit_test(test_document_is_hidden),
                cmocka_unit_test(test_level),
                cmocka_unit_test(test_subjects),
        };
        return cmocka_run_group_tests(tests, fixed_group_setup, fixed_group_teardown);
}
