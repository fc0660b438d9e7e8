/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What the audit is told: the members of each event, nobody by name, a crossing only where there is one; and while the
 * audit can't be written nothing durable happens and nothing crosses. */
#include "fixed_gateway.h"

#include <signal.h>
#include <sys/resource.h>

#include "agreement.h"
#include "audit_files.h"
#include "ceremony.h"
#include "login.h"
#include "trail.h"

static const struct params no_params;
static size_t heard; /* lines of the audit that a test has seen */
static char audit_path[128];

static int setup(void **state)
{
        fixed_group_setup(state);
        struct store_fixture *f = *state;
        struct gateway *g = f->program;
        const struct audit_options options = {
                .directory = arena_printf(f->arena, "%s/audit", f->directory),
                .node = STR("gw1"),
                .retention_s = 86400,
                .checkpoint_records = 1000000,
                .checkpoint_s = 1000000,
                .file_bytes = 1 << 24,
        };
        snprintf(audit_path, sizeof(audit_path), "%s/audit/gw1-000000000001.jsonl", f->directory);
        signal(SIGXFSZ, SIG_IGN);
        return is_ok(audit_start(f->arena, &options, &g->audit)) ? 0 : -1;
}

static int teardown(void **state)
{
        struct store_fixture *f = *state;
        struct gateway *g = f->program;
        audit_stop(g->audit);
        g->audit = NULL;
        return fixed_group_teardown(state);
}

/* Everything that the file holds. */
static struct str content_of(struct task *t)
{
        struct buf b = buf_in(task_arena(t), 1 << 24);
        FILE *file = fopen(audit_path, "r");
        char piece[1024];
        size_t got;
        while (file && (got = fread(piece, 1, sizeof(piece), file)) > 0)
                buf_add(&b, str_slice(piece, got));
        if (file)
                fclose(file);
        return buf_str(&b);
}

/* What was told since the last time. A durable record that is on disk has all before it on disk. */
static result listen_to(struct task *t, json_t **ret_records)
{
        json_t *records = json_new_array(task_arena(t)), *record;
        struct str rest, line;
        size_t number = 0;
        TRY(trail_keys_made(t, gateway_of(t)));
        rest = content_of(t);
        while (str_split(&rest, '\n', &line) && line.len > 0) {
                if (number++ < heard)
                        continue;
                TRY(json_read_object(task_arena(t), line, AUDIT_LINE_MAX, &record));
                if (!str_is(json_str(record, "event"), "keys_made"))
                        json_array_append(records, record);
        }
        heard = number;
        *ret_records = records;
        return OK;
}

/* The n-th record has exactly these members besides those of every record: "event=login client=portal …"; '*' stands for
 * any value, a person's pseudonym is @source/subject. */
static bool is_record(struct task *t, const json_t *records, size_t n, const char *members)
{
        struct arena *a = task_arena(t);
        const json_t *record = json_array_get(records, n);
        struct str rest = str_from(members), pair;
        size_t wanted = 6; /* seq, time, node, request, prev, hash */
        while (str_split(&rest, ' ', &pair)) {
                size_t equals = str_find(pair, '=');
                struct str want = str_from_index(pair, equals + 1);
                struct str got = json_str(record, arena_cstr(a, str_head(pair, equals)));
                if (want.len > 0 && want.data[0] == '@') {
                        size_t slash = str_find(want, '/');
                        want = trail_person(a, gateway_of(t)->state, str_from_index(str_head(want, slash), 1),
                                            str_from_index(want, slash + 1));
                }
                if (got.len == 0 || !(str_is(want, "*") || str_eq(got, want))) {
                        print_error("%.*s is \"%.*s\"\n", STR_FMT(pair), STR_FMT(got));
                        return false;
                }
                wanted++;
        }
        if (json_object_size(record) == wanted && json_object_get(record, "request"))
                return true;
        print_error("%.*s\n", STR_FMT(json_write(a, record)));
        return false;
}

/* The person from Hong Kong, bound to an account in the mainland. */
static struct identity someone(struct task *t)
{
        struct identity i = identity_of(t, &said.hk);
        i.bound = true;
        i.binding = STR("b-1");
        i.other = (struct binding_side){ STR("cn"), STR("cn-1") };
        i.other_jurisdiction = STR("CN");
        return i;
}

static const struct client *client(struct task *t, const char *id)
{
        struct client *c = (struct client *)(uintptr_t)config_client(gateway_of(t)->config, str_from(id));
        c->purpose = STR("work");
        return c;
}

static const struct str item_clients[] = { { "portal", 6 } };
static const struct catalogue_item items[] = {
        { .id = { "permit", 6 }, .resource = { "https://api.example/permit", 26 }, .purpose = { "travel", 6 },
          .clients = item_clients, .client_count = 1 },
        { .id = { "query", 5 }, .resource = { "https://api.example/query", 25 }, .clients = item_clients, .client_count = 1 },
};

IN_TASK(test_login)
{
        struct identity i = someone(t);
        json_t *records;
        struct authorization_request request = { .client = client(t, "portal"), .item = &items[0] };
        task_ok(listen_to(t, &records));
        task_ok(trail_login(t, &request, &i, STR("s-1"), true));
        request.item = NULL;
        task_ok(trail_login(t, &request, &i, STR("s-1"), false));
        task_ok(listen_to(t, &records));
        task_expect(json_array_size(records) == 3);
        task_expect(is_record(t, records, 0, "event=login person=@hk/hk-1 other=@cn/cn-1 client=portal item=permit source=hk "
                                             "other_source=cn binding=b-1 session=s-1"));
        task_expect(is_record(t, records, 1, "event=session_opened person=@hk/hk-1 other=@cn/cn-1 client=portal item=permit "
                                             "source=hk other_source=cn binding=b-1 session=s-1"));
        task_expect(str_is(json_str(json_array_get(records, 2), "event"), "login"));
}

IN_TASK(test_login_refused)
{
        struct interaction i = { .source = STR("hk"), .request = STR("client_id=portal&resource=https%3A%2F%2Fapi.example%2Fpermit") };
        struct interaction broken = { .source = STR("hk"), .request = STR("client_id=%zz") };
        json_t *records;
        task_ok(listen_to(t, &records));
        ((struct config *)(uintptr_t)gateway_of(t)->config)->catalogue = (struct catalogue){ items, 2 };
        trail_login_refused(t, &i, &ERR_ACCESS_DENIED);
        trail_login_refused(t, &broken, &ERR_ACCESS_DENIED);
        task_ok(listen_to(t, &records));
        task_expect(json_array_size(records) == 2);
        task_expect(is_record(t, records, 0, "event=login_refused client=portal item=permit source=hk reason=ERR_ACCESS_DENIED"));
        task_expect(is_record(t, records, 1, "event=login_refused source=hk reason=ERR_ACCESS_DENIED"));
}

IN_TASK(test_bindings)
{
        const struct binding b = { .id = STR("b-1"), .sides = { { STR("hk"), STR("hk-1") }, { STR("cn"), STR("cn-1") } } };
        json_t *records;
        task_ok(listen_to(t, &records));
        task_ok(trail_binding_made(t, &b, STR("strong")));
        trail_binding_refused(t, &b, &ERR_ALREADY_BOUND);
        task_ok(trail_binding_undone(t, &b));
        task_ok(listen_to(t, &records));
        task_expect(json_array_size(records) == 3);
        task_expect(is_record(t, records, 0, "event=binding_made person=@hk/hk-1 other=@cn/cn-1 source=hk other_source=cn "
                                             "binding=b-1 reason=strong"));
        task_expect(is_record(t, records, 1, "event=binding_refused person=@hk/hk-1 other=@cn/cn-1 source=hk other_source=cn "
                                             "binding=b-1 reason=ERR_ALREADY_BOUND"));
        task_expect(is_record(t, records, 2, "event=binding_undone person=@hk/hk-1 other=@cn/cn-1 source=hk other_source=cn "
                                             "binding=b-1"));
}

IN_TASK(test_consents)
{
        struct identity i = someone(t);
        struct trail_consent c = { .client = client(t, "portal"), .identity = &i, .policy = STR("p:1:d"),
                                   .fields = STR("name:value"), .item = &items[0] };
        json_t *records;
        task_ok(listen_to(t, &records));
        task_ok(trail_consent_given(t, &c));
        task_ok(trail_consent_withdrawn(t, &c));
        c = (struct trail_consent){ .client = client(t, "plain"), .identity = &i };
        task_ok(trail_consent_given(t, &c));
        task_ok(listen_to(t, &records));
        task_expect(json_array_size(records) == 3);
        task_expect(is_record(t, records, 0, "event=consent_given person=@hk/hk-1 other=@cn/cn-1 client=portal item=permit "
                                             "direction=HK>CN source=hk policy=p:1:d purpose=travel fields=name:value"));
        task_expect(str_is(json_str(json_array_get(records, 1), "event"), "consent_withdrawn"));
        task_expect(str_is(json_str(json_array_get(records, 1), "item"), "permit"));
        task_expect(is_record(t, records, 2, "event=consent_given person=@hk/hk-1 other=@cn/cn-1 client=plain source=hk "
                                             "purpose=work"));
}

IN_TASK(test_tokens_that_cross)
{
        struct identity i = someone(t);
        json_t *records, *policy = json_new_object(task_arena(t));
        json_put_str(policy, "id", STR("p"));
        json_put_str(policy, "sha256", STR("d"));
        struct trail_tokens tokens = { .client = client(t, "portal"), .identity = &i, .grant = STR("g-1"), .session = STR("s-1"),
                                       .policy = policy, .fields = STR("name:value"), .item = &items[1] };
        task_ok(listen_to(t, &records));
        task_ok(trail_tokens_issued(t, &tokens));
        tokens.item = NULL;
        tokens.policy = NULL;
        tokens.fields = STR("");
        task_ok(trail_tokens_issued(t, &tokens));
        task_ok(listen_to(t, &records));
        task_expect(json_array_size(records) == 4);
        task_expect(is_record(t, records, 0, "event=token_issued person=@hk/hk-1 other=@cn/cn-1 client=portal item=query source=hk "
                                             "session=s-1 grant=g-1"));
        task_expect(is_record(t, records, 1, "event=crossing person=@hk/hk-1 other=@cn/cn-1 client=portal item=query "
                                             "direction=HK>CN source=hk session=s-1 grant=g-1 policy=p policy_sha256=d "
                                             "purpose=work fields=name:value"));
        task_expect(is_record(t, records, 3, "event=crossing person=@hk/hk-1 other=@cn/cn-1 client=portal direction=HK>CN "
                                             "source=hk session=s-1 grant=g-1 purpose=work"));
}

IN_TASK(test_tokens_that_stay)
{
        struct identity i = someone(t);
        json_t *records;
        task_ok(listen_to(t, &records));
        task_ok(trail_tokens_issued(t, &(struct trail_tokens){ .client = client(t, "plain"), .identity = &i, .grant = STR("g-1"),
                                                               .session = STR("s-1"), .fields = STR("name:value") }));
        task_ok(listen_to(t, &records));
        task_expect(json_array_size(records) == 1);
        task_expect(is_record(t, records, 0, "event=token_issued person=@hk/hk-1 other=@cn/cn-1 client=plain source=hk session=s-1 "
                                             "grant=g-1"));
}

IN_TASK(test_ends)
{
        struct identity i = someone(t);
        const struct session session = { .id = STR("s-1"), .identity = identity_render(task_arena(t), &i) };
        json_t *records;
        task_ok(listen_to(t, &records));
        trail_code_replayed(t, STR("portal"), STR("g-1"));
        trail_session_ended(t, &session, STR("portal"));
        task_ok(listen_to(t, &records));
        task_expect(json_array_size(records) == 2);
        task_expect(is_record(t, records, 0, "event=token_revoked client=portal grant=g-1 reason=code_not_there"));
        task_expect(is_record(t, records, 1, "event=session_ended person=@hk/hk-1 other=@cn/cn-1 client=portal source=hk session=s-1"));
}

/* Pseudonyms of one person at two sources, or of two persons, have nothing in common. */
IN_TASK(test_pseudonyms)
{
        struct arena *a = task_arena(t);
        const struct seal *seal = gateway_of(t)->state;
        struct str one = trail_person(a, seal, STR("hk"), STR("hk-1"));
        task_expect(one.len == 43 && str_eq(one, trail_person(a, seal, STR("hk"), STR("hk-1"))));
        task_expect(!str_eq(one, trail_person(a, seal, STR("cn"), STR("hk-1"))));
        task_expect(!str_eq(one, trail_person(a, seal, STR("hk"), STR("hk-2"))));
}

/* ---- with the steps of a login ---- */

static result bind_as(struct task *t, const char *hk, const char *cn)
{
        struct authorization_request request;
        struct interaction i;
        struct str cookie, url;
        said.hk.subject = str_from(hk);
        said.cn.subject = str_from(cn);
        TRY(fixed_request(t, FIXED_REQUEST, &request));
        i = login_new(t, &request, STR("en"), &cookie);
        TRY(login_leave(t, &i, STR("hk"), &url));
        TRY(login_return(t, &i, &no_params));
        TRY(login_leave(t, &i, STR("cn"), &url));
        TRY(login_return(t, &i, &no_params));
        return login_bind(t, &i);
}

/* The record comes first; what could not be done all the same is told after it. */
IN_TASK(test_a_binding_is_told_before_it_is_made)
{
        json_t *records;
        task_ok(listen_to(t, &records));
        task_ok(bind_as(t, "hk-1", "cn-1"));
        task_error(bind_as(t, "hk-2", "cn-1"), ERR_ALREADY_BOUND);
        said_reset();
        task_ok(listen_to(t, &records));
        task_expect(json_array_size(records) == 3);
        task_expect(is_record(t, records, 0, "event=binding_made person=@hk/hk-1 other=@cn/cn-1 source=hk other_source=cn "
                                             "binding=* reason=strong"));
        const json_t *made = json_array_get(records, 1), *refused = json_array_get(records, 2);
        task_expect(str_is(json_str(made, "event"), "binding_made"));
        task_expect(is_record(t, records, 2, "event=binding_refused person=@hk/hk-2 other=@cn/cn-1 source=hk other_source=cn "
                                             "binding=* reason=ERR_ALREADY_BOUND"));
        task_expect(str_eq(json_str(made, "binding"), json_str(refused, "binding")));
}

/* The limit stands in for a full disk. */
static void limit_files(rlim_t bytes)
{
        struct rlimit limit;
        if (getrlimit(RLIMIT_FSIZE, &limit) != 0)
                abort();
        limit.rlim_cur = bytes ? bytes : limit.rlim_max;
        if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
                abort();
}

static result bound_now(struct task *t, bool *ret_found)
{
        struct binding binding;
        return binding_get(t, &(struct binding_side){ STR("hk"), STR("hk-9") }, STR("cn"), &binding, ret_found);
}

static void fail_closed(struct task *t)
{
        struct authorization_request request;
        struct identity i = someone(t);
        struct release_agreement agreement;
        bool found = true;
        const struct trail_tokens crossing = { .client = client(t, "portal"), .identity = &i, .fields = STR("name:value") };
        const struct trail_tokens staying = { .client = client(t, "plain"), .identity = &i };
        task_ok(fixed_request(t, FIXED_REQUEST, &request));
        task_error(bind_as(t, "hk-9", "cn-9"), ERR_AUDIT_DOWN);
        task_ok(bound_now(t, &found));
        task_expect(!found);
        task_error(agreement_put(t, &request, &i, &no_params), ERR_AUDIT_DOWN);
        task_error(agreement_get(t, &request, &i, &agreement), ERR_CONSENT_REQUIRED);
        task_error(trail_consent_withdrawn(t, &(struct trail_consent){ .client = client(t, "portal"), .identity = &i }), ERR_AUDIT_DOWN);
        task_error(trail_tokens_issued(t, &crossing), ERR_AUDIT_DOWN);
        task_ok(trail_tokens_issued(t, &staying));
}

IN_TASK(test_what_cannot_be_told_does_not_happen)
{
        json_t *records;
        size_t crossings = 0, tokens = 0;
        task_ok(listen_to(t, &records));
        limit_files(content_of(t).len + 50);
        fail_closed(t);
        said_reset();
        limit_files(0);
        while (!is_ok(listen_to(t, &records))) /* it tries again each second */
                arena_clear_reason(task_arena(t));
        for (size_t n = 0; n < json_array_size(records); n++) {
                crossings += str_is(json_str(json_array_get(records, n), "event"), "crossing");
                tokens += str_is(json_str(json_array_get(records, n), "event"), "token_issued");
                task_expect(!str_is(json_str(json_array_get(records, n), "event"), "consent_given"));
        }
        task_expect(crossings == 0 && tokens == 2);
}

/* The last test: nothing that the others told names anybody. */
IN_TASK(test_nobody_is_named)
{
        static const char *const personal[] = { "hk-1", "cn-1", "hk-9", "CHAN", "Tai Man", "陳大文", "1980", "A123456" };
        struct str content = content_of(t);
        task_expect(content.len > 1000);
        for (size_t i = 0; i < sizeof(personal) / sizeof(personal[0]); i++)
                task_expect(!str_holds(content, personal[i]));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_login),
                cmocka_unit_test(test_login_refused),
                cmocka_unit_test(test_bindings),
                cmocka_unit_test(test_consents),
                cmocka_unit_test(test_tokens_that_cross),
                cmocka_unit_test(test_tokens_that_stay),
                cmocka_unit_test(test_ends),
                cmocka_unit_test(test_pseudonyms),
                cmocka_unit_test(test_a_binding_is_told_before_it_is_made),
                cmocka_unit_test(test_what_cannot_be_told_does_not_happen),
                cmocka_unit_test(test_nobody_is_named),
        };
        return cmocka_run_group_tests(tests, setup, teardown);
}
