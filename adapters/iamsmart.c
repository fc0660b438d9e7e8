/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Hong Kong's iAM Smart (智方便): settings, the journey to its QR page and back. docs/sources/iamsmart.md describes it;
 * every host, path, scope and padding is a setting, since the platform's full specification is not public. */
#include "iamsmart.h"

#include "clock.h"
#include "source_settings.h"
#include "uri.h"

#define CODE_MAX 256
#define SUBJECT_MAX 256
#define STEPPED_UP STR("+fr") /* behind the userType: the native level after a re-authentication */

static const struct schema_field settings_schema[] = {
        SOURCE_ACCESS_FIELDS,
        { .name = "kek_file", .kind = SCHEMA_FILE, .required = true,
          .doc = "Private key (PEM, RSA) whose certificate is registered as KEK." },
        { .name = "kek_next_file", .kind = SCHEMA_FILE,
          .doc = "A second private key during a change of the KEK; the platform's pubKey picks the right one." },
        { .name = "padding", .kind = SCHEMA_ENUM, .words = "pkcs1 oaep_sha1 oaep_sha256", .fallback = "pkcs1",
          .doc = "Padding of wrapped content keys." },
        { .name = "key_body", .kind = SCHEMA_ENUM, .words = "empty braces", .fallback = "empty",
          .doc = "What getKey is sent: nothing, or {}." },
        { .name = "key_margin", .kind = SCHEMA_DURATION, .fallback = "5m", .min = 0, .max = 86400,
          .doc = "The content key is renewed so long before it ends." },
        { .name = "scope", .kind = SCHEMA_STRING, .fallback = "eidapi_auth eidapi_profiles",
          .doc = "Scopes asked for, separated by blanks." },
        { .name = "profile_fields", .kind = SCHEMA_STRINGS, .fallback = "[idNo, enName, chName, birthDate, gender]",
          .doc = "Profile fields asked for." },
        { .name = "path_qr", .kind = SCHEMA_STRING, .fallback = "/auth/getQR", .doc = "Path of the login page." },
        { .name = "path_token", .kind = SCHEMA_STRING, .fallback = "/auth/getToken", .doc = "Path of getToken." },
        { .name = "path_key", .kind = SCHEMA_STRING, .fallback = "/security/getKey", .doc = "Path of getKey." },
        { .name = "path_profile", .kind = SCHEMA_STRING, .fallback = "/account/auth/profile/initiateRequest",
          .doc = "Path of the profile request." },
        { .name = "app_link", .kind = SCHEMA_STRING, .fallback = "hk.gov.iamsmart://profile",
          .doc = "Link that opens the app for a pending profile request; ticketID is added. The test app: hk.gov.iamsmart.testapp://profile." },
        { .name = "re_authentication", .kind = SCHEMA_BOOL, .fallback = "false",
          .doc = "The source may be asked for a re-authentication when a level is too low (step-up). Its scope must be granted to this clientID." },
        { .name = "re_authentication_scope", .kind = SCHEMA_STRING, .fallback = "eidapi_fr",
          .doc = "Scope asked for beside `scope` in a login that is to be re-authenticated." },
        { .name = "path_re_authentication", .kind = SCHEMA_STRING, .fallback = "/account/stepup/initiateRequest",
          .doc = "Path of the re-authentication request." },
        { .name = "re_authentication_link", .kind = SCHEMA_STRING, .fallback = "hk.gov.iamsmart://re-auth",
          .doc = "Link that opens the app for a pending re-authentication; ticketID is added." },
        { .name = "confirm_callback_key", .kind = SCHEMA_BOOL, .fallback = "true",
          .doc = "Accept a callback only if its key is the platform's current content key." },
        { .name = "encode_notify_url", .kind = SCHEMA_BOOL, .fallback = "false",
          .doc = "Percent-encode the callback address inside the profile request." },
        SOURCE_PEER_FIELDS,
        { .kind = SCHEMA_END },
};

static void free_kek(void *key)
{
        rsa_key_free(key);
}

static result load_kek(struct arena *a, struct iamsmart *s, struct str file)
{
        struct str pem;

        if (str_is_empty(file))
                return OK;
        TRY(source_file(a, file, &pem));
        TRY(rsa_key_load(a, pem, &s->keks[s->kek_count]));
        arena_own(a, s->keks[s->kek_count++], free_kek);
        return OK;
}

static enum rsa_padding padding_of(struct str name)
{
        if (str_is(name, "oaep_sha1"))
                return RSA_PADDING_OAEP_SHA1;
        return str_is(name, "oaep_sha256") ? RSA_PADDING_OAEP_SHA256 : RSA_PADDING_PKCS1;
}

static void fill(struct iamsmart *s, const json_t *settings)
{
        s->padding = padding_of(json_str(settings, "padding"));
        s->key_body = str_is(json_str(settings, "key_body"), "braces") ? STR("{}") : STR("");
        s->key_margin_ms = json_int(settings, "key_margin", 0) * 1000;
        s->scope = json_str(settings, "scope");
        s->profile_fields = json_object_get(settings, "profile_fields");
        s->path_qr = json_str(settings, "path_qr");
        s->path_token = json_str(settings, "path_token");
        s->path_key = json_str(settings, "path_key");
        s->path_profile = json_str(settings, "path_profile");
        s->app_link = json_str(settings, "app_link");
        s->re_authentication = json_bool(settings, "re_authentication", false);
        s->re_authentication_scope = json_str(settings, "re_authentication_scope");
        s->path_re_authentication = json_str(settings, "path_re_authentication");
        s->re_authentication_link = json_str(settings, "re_authentication_link");
        s->confirm_callback_key = json_bool(settings, "confirm_callback_key", true);
        s->encode_notify_url = json_bool(settings, "encode_notify_url", false);
}

static result configure(struct arena *a, const json_t *settings, struct source *source)
{
        struct iamsmart *s = arena_new_of(a, struct iamsmart);

        fill(s, settings);
        TRY(source_access_read(a, settings, source, &s->access));
        TRY(load_kek(a, s, json_str(settings, "kek_file")));
        TRY(load_kek(a, s, json_str(settings, "kek_next_file")));
        source->settings = s;
        return OK;
}

static struct str page_language(struct str tag)
{
        if (str_is(tag, "en"))
                return STR("en-US");
        return str_is(tag, "zh-Hans") ? STR("zh-CN") : STR("zh-HK");
}

bool iamsmart_steps_up(const struct source *source, const struct login *login)
{
        return login->step_up && iamsmart_of(source)->re_authentication;
}

/* A plain login tells the userType alone, whatever a re-authentication made of it before. */
static struct str next_level(struct arena *a, const struct source *source, struct str native, bool step_up)
{
        struct str user_type = str_ends(native, STEPPED_UP) ? str_head(native, native.len - STEPPED_UP.len) : native;

        if (!step_up)
                return user_type;
        return iamsmart_of(source)->re_authentication ? ARENA_JOIN(a, user_type, STEPPED_UP) : (struct str){ 0 };
}

static struct str scope_of(struct arena *a, const struct source *source, const struct login *login)
{
        const struct iamsmart *s = iamsmart_of(source);

        return iamsmart_steps_up(source, login) ? ARENA_JOIN(a, s->scope, STR(" "), s->re_authentication_scope) : s->scope;
}

static result start(struct task *t, const struct source *source, const struct login *login, struct str *ret_url,
                    json_t **ret_memo)
{
        struct arena *a = task_arena(t);
        const struct iamsmart *s = iamsmart_of(source);
        struct str agent = iamsmart_agent(login->user_agent);
        const struct param params[] = {
                { STR("clientID"), s->access.client_id },
                { STR("responseType"), STR("code") },
                { STR("source"), agent },
                { STR("redirectURI"), login->callback_url },
                { STR("scope"), scope_of(a, source, login) },
                { STR("lang"), page_language(login->language) },
                { STR("state"), login->state },
                { STR("brokerPage"), STR("true") },
        };
        /* The broker page opens the app on the same device; a desktop has none. */
        size_t count = sizeof(params) / sizeof(params[0]) - str_is(agent, "PC_Browser");

        *ret_url = uri_with_params(a, ARENA_JOIN(a, s->access.web_base, s->path_qr), params, count);
        *ret_memo = json_new_object(a);
        return OK;
}

/* A denial comes with an error_code, or with nothing but the state. */
static result read_code(struct arena *a, const struct params *callback, struct str *ret_code)
{
        struct str error_code = params_get(callback, "error_code"), code = params_get(callback, "code");

        if (error_code.len > 0) {
                const struct error *error = iamsmart_code_error(error_code);

                return fail_with(a, error ? error : &ERR_SOURCE_BAD_ANSWER, "iAM Smart's callback has an error_code");
        }
        if (str_is_empty(code))
                return fail(a, ERR_SOURCE_REFUSED, "iAM Smart's callback has neither code nor error_code");
        if (code.len > CODE_MAX || !str_is_printable_ascii(code))
                return fail(a, ERR_SOURCE_BAD_ANSWER, "iAM Smart's code is out of form");
        *ret_code = code;
        return OK;
}

/* Milliseconds as seconds; 0 when it is no moment since 1970. */
static int64_t read_moment(int64_t ms)
{
        return ms > 0 ? ms / 1000 : 0;
}

static result read_person(struct arena *a, const struct iamsmart_reply *reply, struct iamsmart_person *ret_person)
{
        const json_t *c = reply->content;
        struct iamsmart_person p = {
                .open_id = json_str(c, "openID"),
                .user_type = json_str(c, "userType"),
                .changed_at = read_moment(json_int(c, "lastModifiedDate", 0)),
                .auth_time = clock_now(),
                .transaction = reply->transaction,
                .evidence = reply->evidence,
                .access_token = json_str(c, "accessToken"),
        };

        if (p.open_id.len == 0 || p.open_id.len > SUBJECT_MAX || !str_is_printable_ascii(p.open_id))
                return fail(a, ERR_SOURCE_BAD_ANSWER, "openID is missing or out of form");
        /* '+' separates what we add to it: a userType that has one must not be taken for more than it is. */
        if (p.user_type.len == 0 || p.user_type.len > 32 || !str_is_printable_ascii(p.user_type) ||
            str_find(p.user_type, '+') < p.user_type.len)
                return fail(a, ERR_SOURCE_BAD_ANSWER, "userType is missing or out of form");
        if (p.access_token.len == 0 || p.access_token.len > 1024)
                return fail(a, ERR_SOURCE_BAD_ANSWER, "accessToken is missing or out of form");
        *ret_person = p;
        return OK;
}

static result finish(struct task *t, const struct source *source, const struct login *login, const struct params *callback,
                     struct adapter_outcome *ret_outcome)
{
        struct arena *a = task_arena(t);
        json_t *body = json_new_object(a);
        struct iamsmart_reply reply;
        struct iamsmart_person person;
        struct str code;

        TRY(read_code(a, callback, &code));
        json_put_str(body, "code", code);
        json_put_str(body, "grantType", STR("authorization_code"));
        TRY(iamsmart_call(t, source, iamsmart_of(source)->path_token, body, &reply));
        TRY(read_person(a, &reply, &person));
        if (login->attributes_needed || iamsmart_steps_up(source, login))
                return iamsmart_initiate_request(t, source, login, &person, ret_outcome);
        *ret_outcome = (struct adapter_outcome){ .kind = OUTCOME_DONE, .assertion = iamsmart_assertion(source, &person) };
        return OK;
}

static struct str browser_origins(const struct source *source)
{
        return iamsmart_of(source)->access.web_origin;
}

extern const struct adapter iamsmart_adapter;
const struct adapter iamsmart_adapter = {
        .name = "iamsmart",
        .traits = ADAPTER_NOTIFIES | ADAPTER_STEP_UP,
        .schema = settings_schema,
        .configure = configure,
        .start = start,
        .finish = finish,
        .notify = iamsmart_notify,
        .resume = iamsmart_resume,
        .next_level = next_level,
        .browser_origins = browser_origins,
};
