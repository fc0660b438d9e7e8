/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* /interaction/{flow}: the pages of a login. GET shows where it stands, whatever button brought the browser here; POST
 * takes the person's decision. What does not fit the step any more (a second tab, the back button) just leads to the
 * page of the step that is. */
#include "agreement.h"
#include "answer.h"
#include "flow.h"
#include "handlers.h"
#include "login_level.h"
#include "uri.h"

static struct str client_name(const struct interaction *i, const struct client *client)
{
        return answer_title(client->titles, i->language);
}

static struct str source_title(struct task *t, const struct interaction *i, struct str id)
{
        const struct source *source = gateway_source(gateway_of(t), id);

        return source ? answer_title(source->titles, i->language) : id;
}

/* What every page of a login has. */
static json_t *context_begin(struct task *t, const struct interaction *i, const struct client *client)
{
        struct arena *a = task_arena(t);
        json_t *c = json_new_object(a);

        json_put_str(c, "action", flow_path(a, i));
        json_put_str(c, "flow", i->id);
        json_put_str(c, "csrf", i->csrf);
        json_put_str(c, "client_name", client_name(i, client));
        json_put_str(c, "lang_url", ARENA_JOIN(a, flow_path(a, i), STR("?lang=")));
        return c;
}

static void add_chooser(struct task *t, const struct interaction *i, const struct client *client, json_t *c)
{
        const struct gateway *g = gateway_of(t);
        json_t *list = json_array();

        for (size_t n = 0; n < g->source_count; n++) {
                json_t *row;

                if (!login_offers(client, g->sources[n].id))
                        continue;
                row = json_object();
                json_put_str(row, "id", g->sources[n].id);
                json_put_str(row, "title", answer_title(g->sources[n].titles, i->language));
                json_array_append_new(list, row);
        }
        json_object_set_new(c, "sources", list);
}

static void add_sides(struct task *t, const struct interaction *i, const struct client *client, json_t *c)
{
        json_put_str(c, "left_title", source_title(t, i, json_str(i->assertion, "source")));
        json_put_str(c, "right_title", source_title(t, i, client->binding_source));
}

/* The words for each way, by its kind. */
static const char *const way_names[] = {
        [STEP_UP_AGAIN] = "again",
        [STEP_UP_REAUTHENTICATE] = "reauthenticate",
        [STEP_UP_OTHER] = "other",
};

static void add_ways(struct task *t, const struct interaction *i, const struct authorization_request *request, json_t *c)
{
        json_t *list = json_array();
        const json_t *way;
        size_t n;

        json_array_foreach(i->ways, n, way) {
                struct str source = json_str(way, "source");
                json_t *row = json_object();

                json_put_str(row, "id", source);
                json_put_str(row, "kind", str_from(way_names[login_way_kind(i, source)]));
                json_put_str(row, "title", source_title(t, i, source));
                json_array_append_new(list, row);
        }
        json_object_set_new(c, "ways", list);
        json_put_str(c, "source_title", source_title(t, i, json_str(i->assertion, "source")));
        if (request->item)
                json_put_str(c, "item_title", answer_title(request->item->titles, i->language));
}

/* Names in full, since the person must recognise them; the rest without what a look over the shoulder could use. */
static struct str shown_value(const struct assertion *s, const char *field)
{
        const struct attributes *p = &s->attributes;

        if (str_is(STR("name_native"), field))
                return p->name_native;
        if (str_is(STR("name_latin"), field))
                return p->name_latin;
        if (str_is(STR("birth_date"), field))
                return str_head(p->birth_date, 4);
        return (struct str){ 0 };
}

/* The page's words for the verdicts of matching.h. */
static const char *page_verdict(struct str verdict)
{
        if (str_is(verdict, "agree"))
                return "same";
        if (str_is(verdict, "differ"))
                return "different";
        return str_is(verdict, "not_comparable") ? "compatible" : "missing";
}

static void add_fields(const struct interaction *i, json_t *c)
{
        static const char *const fields[] = { "name_native", "name_latin", "birth_date", "gender", "document_number" };
        struct assertion left = assertion_parse(i->assertion), right = assertion_parse(i->other);
        json_t *list = json_array();

        for (size_t n = 0; n < sizeof(fields) / sizeof(fields[0]); n++) {
                json_t *row = json_object();

                json_put_str(row, "name", str_from(fields[n]));
                json_put_str(row, "verdict", str_from(page_verdict(json_str(i->match, fields[n]))));
                json_put_str(row, "left", shown_value(&left, fields[n]));
                json_put_str(row, "right", shown_value(&right, fields[n]));
                json_array_append_new(list, row);
        }
        json_object_set_new(c, "fields", list);
}

static void add_confirm(json_t *c)
{
        json_object_set_new(c, "stored", json_pack("[s,s,s,s]", "accounts", "match", "time", "levels"));
}

static void add_mismatch(const struct interaction *i, json_t *c)
{
        json_put_bool(c, "weak", str_is(json_str(i->match, "grade"), "weak"));
}

/* The name of the words that say in which form it is given; empty for what is given as it is. */
static struct str form_name(struct arena *a, const struct release_field *field)
{
        if (field->form == POLICY_MASKED)
                return ARENA_JOIN(a, STR("masked_"), str_from(field->claim));
        return field->form == POLICY_HASH ? STR("hash") : (struct str){ 0 };
}

static json_t *consent_row(struct arena *a, const struct agreement_row *row)
{
        const struct release_field *field = row->field;
        json_t *o = json_object();

        json_put_str(o, "name", str_from(field->claim));
        json_put_str(o, "form", form_name(a, field));
        json_put_bool(o, "optional", !field->essential);
        json_put_bool(o, "refused", row->refused);
        return o;
}

/* What is new and what was agreed to before, each in its list. */
static void add_claims(struct arena *a, const struct agreement *agreement, json_t *c)
{
        json_t *fresh = json_array(), *before = json_array();

        for (size_t n = 0; n < agreement->row_count; n++) {
                const struct agreement_row *row = &agreement->rows[n];

                json_array_append_new(row->given || row->refused ? before : fresh, consent_row(a, row));
        }
        if (json_array_size(fresh) == 0 && json_array_size(before) == 0)
                json_array_append_new(fresh, json_pack("{s:s}", "name", "sub"));
        json_put_bool(c, "has_asked", json_array_size(fresh) > 0);
        json_put_bool(c, "has_before", json_array_size(before) > 0);
        json_object_set_new(c, "claims", fresh);
        json_object_set_new(c, "before", before);
        json_put_bool(c, "policy_changed", agreement->policy_changed);
}

/* The policy's own words where one applies. */
static void add_policy(const struct interaction *i, const struct agreement *agreement, json_t *c)
{
        const struct policy *policy = agreement->release.policy;
        json_t *bases;

        if (!policy)
                return;
        bases = json_array();
        json_put_str(c, "purpose", answer_title(policy->purposes, i->language));
        json_put_str(c, "recipient", answer_title(policy->recipients, i->language));
        json_object_set_new(c, "retention_days", json_sprintf("%lld", (long long)(policy->retention / 86400)));
        for (size_t n = 0; n < policy->legal_basis_count; n++)
                json_array_append_new(bases, json_pack("{s:o}", "basis", json_from_str(policy->legal_bases[n])));
        json_object_set_new(c, "bases", bases);
}

/* What the person came for, where the service says it. */
static void add_item(const struct interaction *i, const struct catalogue_item *item, json_t *c)
{
        if (!item)
                return;
        json_put_str(c, "item_title", answer_title(item->titles, i->language));
        if (item->purposes)
                json_put_str(c, "purpose", answer_title(item->purposes, i->language));
}

static result add_consent(struct task *t, const struct interaction *i, const struct authorization_request *request,
                          json_t *c)
{
        struct identity identity = identity_parse(i->identity);
        const struct client *client = request->client;
        struct agreement agreement;

        TRY(agreement_look(t, request, &identity, &agreement));
        json_put_str(c, "purpose", answer_title(client->purposes, i->language));
        add_claims(task_arena(t), &agreement, c);
        add_policy(i, &agreement, c);
        add_item(i, request->item, c);
        json_put_str(c, "privacy_url", client->policy_uri);
        json_put_str(c, "terms_url", client->tos_uri);
        json_put_bool(c, "remembered", gateway_of(t)->config->lifetimes.consent > 0);
        if (agreement.release.crossing)
                json_object_set_new(c, "crossing",
                                    json_pack("{s:o,s:o}", "from", json_from_str(identity.assertion.jurisdiction), "to",
                                              json_from_str(client->jurisdiction)));
        return OK;
}

static const char *const page_names[] = {
        [STEP_CHOOSE] = "chooser",   [STEP_SOURCE] = "chooser",    [STEP_WAITING] = "waiting", [STEP_EXPLAIN] = "ceremony",
        [STEP_CONFIRM] = "confirm",  [STEP_MISMATCH] = "mismatch", [STEP_CONSENT] = "consent", [STEP_STEP_UP] = "step-up",
};

/* Who comes back from a source without its answer sees what led there. */
static const char *page_name(const struct interaction *i)
{
        if (i->step == STEP_SOURCE && i->binding)
                return "ceremony";
        return i->step == STEP_SOURCE && i->ways ? "step-up" : page_names[i->step];
}

/* Where the page's forms may lead: the sources' pages and the client (Content-Security-Policy, form-action, is also
 * applied to the redirects that follow a form). */
static struct str form_targets(struct task *t, const struct authorization_request *request)
{
        struct arena *a = task_arena(t);
        const struct gateway *g = gateway_of(t);
        struct buf b = buf_in(a, 4096);
        struct uri uri;

        for (size_t n = 0; n < g->source_count; n++) {
                buf_add(&b, g->sources[n].adapter->browser_origins(&g->sources[n]));
                buf_add_char(&b, ' ');
        }
        if (is_ok(uri_parse(a, request->redirect_uri, &uri)))
                buf_add(&b, uri.origin);
        else /* a private-use scheme (RFC 8252, section 7.1) has no origin */
                buf_add(&b, str_head(request->redirect_uri, str_find(request->redirect_uri, ':') + 1));
        return buf_str(&b);
}

static result show(struct task *t, const struct call *call, const struct interaction *i)
{
        struct authorization_request request;
        struct answer_page page = { .name = page_name(i), .language = i->language };
        bool paused = params_has(&call->query, "pause");
        struct str path = flow_path(task_arena(t), i);
        json_t *c;

        TRY(login_request(t, i, &request));
        c = context_begin(t, i, request.client);
        if (str_is(STR("chooser"), page.name))
                add_chooser(t, i, request.client, c);
        if (str_is(STR("step-up"), page.name))
                add_ways(t, i, &request, c);
        if (i->step == STEP_WAITING) {
                json_put_str(c, "source_title", source_title(t, i, i->source));
                json_put_str(c, "open_url", i->open_url);
                json_put_str(c, paused ? "check_url" : "pause_url",
                             paused ? path : ARENA_JOIN(task_arena(t), path, STR("?pause=1")));
        }
        if (i->step >= STEP_EXPLAIN || i->binding)
                add_sides(t, i, request.client, c);
        if (i->step == STEP_CONFIRM || i->step == STEP_MISMATCH)
                add_fields(i, c);
        if (i->step == STEP_CONFIRM)
                add_confirm(c);
        if (i->step == STEP_MISMATCH)
                add_mismatch(i, c);
        if (i->step == STEP_CONSENT)
                TRY(add_consent(t, i, &request, c));
        page.context = c;
        page.form_targets = form_targets(t, &request);
        return answer_page(t, &page);
}

/* The switch on the page changes the language for the rest of the login. */
static result switch_language(struct task *t, const struct call *call, struct interaction *i)
{
        enum language language;

        if (!language_of_tag(params_get(&call->query, "lang"), &language))
                return OK;
        i->language = language_tag(language);
        return interaction_put(t, i);
}

static result look(struct task *t, const struct call *call, struct interaction *i)
{
        result r;

        TRY(switch_language(t, call, i));
        if (i->step == STEP_WAITING) {
                r = login_resume(t, i);
                if (!is_ok(r))
                        return flow_fail(t, i, r);
                if (i->step != STEP_WAITING)
                        return flow_continue(t, i);
        }
        return show(t, call, i);
}

static result bind_accounts(struct task *t, struct interaction *i)
{
        result r = login_bind(t, i);

        return is_ok(r) ? flow_continue(t, i) : flow_fail(t, i, r);
}

static result decide(struct task *t, const struct call *call, struct interaction *i)
{
        struct str decision = params_get(&call->params, "decision"), source = params_get(&call->params, "source");
        bool at_choice = (i->step == STEP_CHOOSE || i->step == STEP_STEP_UP || i->step == STEP_SOURCE) && !i->binding;
        bool at_ceremony = i->step == STEP_EXPLAIN || i->step == STEP_MISMATCH || (i->step == STEP_SOURCE && i->binding);
        struct authorization_request request;

        TRY(login_request(t, i, &request));
        if (str_is(decision, "cancel") || (str_is(decision, "deny") && i->step == STEP_CONSENT))
                return flow_refuse(t, i, i->step == STEP_MISMATCH ? &ERR_NO_MATCH : &ERR_ACCESS_DENIED);
        if (at_choice && source.len > 0)
                return flow_leave(t, i, source);
        if (at_ceremony && (str_is(decision, "continue") || str_is(decision, "retry")))
                return flow_leave(t, i, request.client->binding_source);
        if (i->step == STEP_CONFIRM && str_is(decision, "confirm"))
                return bind_accounts(t, i);
        if (i->step == STEP_CONSENT && str_is(decision, "allow")) {
                TRY(login_allow(t, i, &call->params));
                return flow_finish(t, i);
        }
        reply_redirect(t, flow_path(task_arena(t), i));
        return OK;
}

result interaction_endpoint(struct task *t, const struct call *call)
{
        struct interaction i;

        TRY(flow_load(t, call->values[0], &i));
        if (call->method != METHOD_POST)
                return look(t, call, &i);
        if (!str_eq_secret(params_get(&call->params, "csrf"), i.csrf))
                return fail(task_arena(t), ERR_FLOW_FOREIGN, "csrf token wrong or missing");
        return decide(t, call, &i);
}
