/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What the person is asked in the app after the login: the profile, or a re-authentication. The answer is a POST to
 * /notify/{source} once the person has agreed.
 *
 * A callback is not authenticated by its encryption: everybody who has the KEK's certificate can wrap a key. So its
 * key must be the platform's content key, and the gateway checks businessID and state against what it asked for. */
#include "clock.h"
#include "digest.h"
#include "iamsmart.h"
#include "uri.h"

#define CONFIRMED STR("callback_key_asked")
#define CONFIRM_EVERY_S 10
#define TICKET_MAX 256
#define ID_MAX 36

static json_t *render_person(struct arena *a, const struct iamsmart_person *person)
{
        json_t *memo = json_new_object(a);

        json_put_str(memo, "open_id", person->open_id);
        json_put_str(memo, "user_type", person->user_type);
        json_put_int(memo, "changed_at", person->changed_at);
        json_put_int(memo, "auth_time", person->auth_time);
        json_put_str(memo, "transaction", person->transaction);
        return memo;
}

static struct iamsmart_person parse_person(const json_t *memo)
{
        return (struct iamsmart_person){
                .open_id = json_str(memo, "open_id"),
                .user_type = json_str(memo, "user_type"),
                .changed_at = json_int(memo, "changed_at", 0),
                .auth_time = json_int(memo, "auth_time", 0),
                .transaction = json_str(memo, "transaction"),
        };
}

static struct str notify_url(struct arena *a, const struct iamsmart *s, const struct login *login)
{
        struct buf encoded = buf_in(a, 4096);

        if (!s->encode_notify_url)
                return login->notify_url;
        uri_encode(&encoded, login->notify_url);
        return buf_str(&encoded);
}

static struct str app_link(struct arena *a, struct str link, struct str ticket)
{
        return uri_with_params(a, link, &(struct param){ STR("ticketID"), ticket }, 1);
}

result iamsmart_initiate_request(struct task *t, const struct source *source, const struct login *login,
                                 const struct iamsmart_person *person, struct adapter_outcome *ret_outcome)
{
        struct arena *a = task_arena(t);
        const struct iamsmart *s = iamsmart_of(source);
        bool steps_up = iamsmart_steps_up(source, login);
        json_t *body = json_new_object(a);
        struct adapter_outcome outcome = { .kind = OUTCOME_PENDING, .memo = render_person(a, person) };
        struct iamsmart_reply reply;
        struct str ticket;

        json_put_str(body, "businessID", login->correlation);
        json_put_str(body, "accessToken", person->access_token);
        json_put_str(body, "openID", person->open_id);
        json_put_str(body, "source", iamsmart_agent(login->user_agent));
        json_put_str(body, "redirectURI", notify_url(a, s, login));
        json_put_str(body, "state", login->state);
        if (steps_up)
                json_put_bool(outcome.memo, "step_up", true);
        else
                json_object_set(body, "profileFields", (json_t *)s->profile_fields);
        TRY(iamsmart_call(t, source, steps_up ? s->path_re_authentication : s->path_profile, body, &reply));
        ticket = json_str(reply.content, "ticketID");
        if (!json_bool(reply.content, "authByQR", true) && ticket.len > 0 && ticket.len <= TICKET_MAX)
                outcome.open_url = app_link(a, steps_up ? s->re_authentication_link : s->app_link, ticket);
        *ret_outcome = outcome;
        return OK;
}

/* Is it the platform's content key? What is in the store may be older than what the platform uses, so it is asked, but
 * not more often than every CONFIRM_EVERY_S seconds, however many callbacks come. */
static result check_callback_key(struct task *t, const struct source *source, struct str key)
{
        struct arena *a = task_arena(t);
        struct str expected;
        bool first;

        if (!iamsmart_of(source)->confirm_callback_key)
                return OK;
        TRY(iamsmart_content_key(t, source, &expected));
        if (str_eq_secret(expected, key))
                return OK;
        TRY(source->host->keep_new(t, source, CONFIRMED, CONFIRM_EVERY_S, &first));
        if (first)
                TRY(iamsmart_content_key_renew(t, source, &expected));
        if (!str_eq_secret(expected, key))
                return fail(a, ERR_VERIFY, "the callback's key is not the content key");
        return OK;
}

/* Some platforms wrap the fields once more in a member "content"; businessID and state are inside or outside. */
static json_t *unwrap_inner(json_t *outer)
{
        json_t *inner = json_object_get(outer, "content");

        return json_is_object(inner) ? inner : outer;
}

static result read_id(struct arena *a, const json_t *outer, const json_t *fields, const char *name, struct str *ret_id)
{
        struct str id = json_str(fields, name);

        if (str_is_empty(id))
                id = json_str(outer, name);
        if (id.len == 0 || id.len > ID_MAX || !str_is_printable_ascii(id))
                return fail(a, ERR_MALFORMED, "the callback's %s is missing or out of form", name);
        *ret_id = id;
        return OK;
}

result iamsmart_notify(struct task *t, const struct source *source, struct str body, struct adapter_notice *ret_notice)
{
        struct arena *a = task_arena(t);
        struct adapter_notice notice = { .content = json_new_object(a) };
        struct iamsmart_envelope e = { 0 };
        json_t *outer, *fields, *content = notice.content;
        struct str key, plain;
        bool genuine;

        TRY(iamsmart_envelope_parse(a, body, &e));
        key = iamsmart_unwrap(a, iamsmart_of(source), e.secret_key, (struct str){ 0 }, &genuine);
        TRY(check_callback_key(t, source, key));
        TRY(iamsmart_frame_open(a, key, json_text(e.content), &plain));
        TRY(json_read_object(a, plain, IAMSMART_REPLY_MAX, &outer));
        fields = unwrap_inner(outer);
        TRY(read_id(a, outer, fields, "businessID", &notice.correlation));
        TRY(read_id(a, outer, fields, "state", &notice.state));
        json_put_str(content, "code", e.code);
        json_put_str(content, "transaction", e.transaction);
        json_put_str(content, "evidence", sha256_base64url(a, body));
        json_object_set(content, "fields", fields);
        *ret_notice = notice;
        return OK;
}

struct assertion iamsmart_assertion(const struct source *source, const struct iamsmart_person *person)
{
        return (struct assertion){
                .source = source->id,
                .jurisdiction = source->jurisdiction,
                .subject = person->open_id,
                .native_level = person->user_type,
                .method = STR("hwk mfa"), /* a key in the phone, opened by biometrics or PIN (RFC 8176) */
                .auth_time = person->auth_time,
                .transaction = person->transaction,
                .evidence_sha256 = person->evidence,
                .profile_changed_at = person->changed_at,
        };
}

result iamsmart_resume(struct task *t, const struct source *source, const struct login *login, const json_t *content,
                       struct adapter_outcome *ret_outcome)
{
        struct arena *a = task_arena(t);
        const struct error *error = iamsmart_code_error(json_str(content, "code"));
        struct iamsmart_person person = parse_person(login->memo);
        struct adapter_outcome outcome = { .kind = OUTCOME_DONE };
        bool stepped_up = json_bool(login->memo, "step_up", false);

        if (error)
                return fail_with(a, error, "the app's callback says %.*s", STR_FMT(json_str(content, "code")));
        if (json_str(content, "transaction").len > 0)
                person.transaction = json_str(content, "transaction");
        person.evidence = json_str(content, "evidence");
        outcome.assertion = iamsmart_assertion(source, &person);
        if (stepped_up) /* the platform tells success and nothing else */
                outcome.assertion.native_level = source->adapter->next_level(a, source, person.user_type, true);
        else
                TRY(iamsmart_attributes(a, json_object_get(content, "fields"), &outcome.assertion.attributes));
        *ret_outcome = outcome;
        return OK;
}
