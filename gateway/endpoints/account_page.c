/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* See account_page.h. The ledger says where to look; what is shown is what stands, as its own record has it. */
#include "account_page.h"

#include "answer.h"
#include "clock.h"
#include "consent.h"

#define ZONE (8 * 3600) /* Hong Kong, Macao and the mainland have one time, without summer time */
#define CROSSINGS_SHOWN 20

static struct str local_time(struct arena *a, int64_t seconds)
{
        struct str text = clock_text(a, seconds + ZONE);

        return ARENA_JOIN(a, str_head(text, 10), STR(" "), str_head(str_from_index(text, 11), 5));
}

static struct str client_title(struct task *t, const struct account *account, struct str client_id)
{
        const struct client *client = config_client(gateway_of(t)->config, client_id);

        return client ? answer_title(client->titles, account->language) : client_id;
}

static struct str source_title(struct task *t, const struct account *account, struct str id)
{
        const struct source *source = gateway_source(gateway_of(t), id);

        return source ? answer_title(source->titles, account->language) : id;
}

static struct str item_title(struct task *t, const struct account *account, struct str id)
{
        const struct catalogue_item *item = catalogue_find_id(&gateway_of(t)->config->catalogue, id);

        return item ? answer_title(item->titles, account->language) : id;
}

static struct str act_url(struct arena *a, const struct account *account, const char *act, struct str id)
{
        return ARENA_JOIN(a, STR("/account/"), str_from(act), STR("/"), id, STR("?lang="), account->language);
}

/* Words "claim:form" as the page's rows {name, form}; see form.* of the texts. */
static json_t *field_rows(struct arena *a, struct str words)
{
        json_t *list = json_array();
        struct str word;

        while (str_split(&words, ' ', &word)) {
                struct str name = str_head(word, str_find(word, ':')), form = str_from_index(word, name.len + 1);
                json_t *row = json_object();

                json_put_str(row, "name", name);
                if (str_is(form, "masked"))
                        json_put_str(row, "form", ARENA_JOIN(a, STR("masked_"), name));
                if (str_is(form, "hash"))
                        json_put_str(row, "form", form);
                if (word.len > 0)
                        json_array_append_new(list, row);
                else
                        json_decref(row);
        }
        return list;
}

/* ---- bindings ---- */

static result add_binding(struct task *t, const struct account *account, const struct ledger_entry *e, json_t *list)
{
        struct arena *a = task_arena(t);
        const struct assertion *s = &account->identity.assertion;
        const struct binding_side side = { s->source, s->subject };
        struct binding binding;
        bool found;
        json_t *row;

        TRY(binding_get(t, &side, e->key, &binding, &found));
        if (!found || !str_eq(binding.id, e->id))
                return OK;
        row = json_object();
        json_put_str(row, "left_title", source_title(t, account, s->source));
        json_put_str(row, "right_title", source_title(t, account, e->key));
        json_put_str(row, "time", local_time(a, binding.made_at));
        json_put_str(row, "receipt_url", act_url(a, account, "receipt", e->id));
        json_put_str(row, "end_url", act_url(a, account, "unbind", e->id));
        json_put_str(row, "id", e->id);
        json_array_append_new(list, row);
        return OK;
}

/* ---- consents ---- */

static result add_consent(struct task *t, const struct account *account, const struct ledger_entry *e, json_t *list)
{
        struct arena *a = task_arena(t);
        struct consent consent = { .subject = e->key, .client_id = e->client_id, .item = e->item };
        bool found;
        json_t *row;

        TRY(consent_get(t, INT64_MAX / 2, &consent, &found));
        if (!found)
                return OK;
        row = json_object();
        json_put_str(row, "client_name", client_title(t, account, e->client_id));
        if (e->item.len > 0)
                json_put_str(row, "item_title", item_title(t, account, e->item));
        json_put_str(row, "time", local_time(a, consent.given_at));
        json_object_set_new(row, "fields", field_rows(a, consent.fields));
        json_put_bool(row, "only_identifier", consent.fields.len == 0);
        if (consent.given_at == e->at) /* else it was given anew from another account, which has the receipt */
                json_put_str(row, "receipt_url", act_url(a, account, "receipt", e->id));
        json_put_str(row, "end_url", act_url(a, account, "withdraw", e->id));
        json_put_str(row, "id", e->id);
        json_array_append_new(list, row);
        return OK;
}

/* ---- sessions ---- */

static result add_session(struct task *t, const struct account *account, const struct ledger_entry *e, json_t *list)
{
        struct arena *a = task_arena(t);
        json_t *row = json_object();

        json_put_str(row, "title", source_title(t, account, account->identity.assertion.source));
        json_put_str(row, "time", local_time(a, e->at));
        json_put_str(row, "until", local_time(a, e->until));
        json_put_bool(row, "current", str_eq(e->id, account->session.id));
        json_put_str(row, "end_url", act_url(a, account, "end", e->id));
        json_put_str(row, "id", e->id);
        json_array_append_new(list, row);
        return OK;
}

/* ---- crossings ---- */

static result add_crossing(struct task *t, const struct account *account, const struct ledger_entry *e, json_t *list)
{
        struct arena *a = task_arena(t);
        struct str to = e->direction, from;
        json_t *row;

        if (str_is_empty(e->direction) || json_array_size(list) == CROSSINGS_SHOWN)
                return OK;
        str_split(&to, '>', &from);
        row = json_object();
        json_put_str(row, "client_name", client_title(t, account, e->client_id));
        if (e->item.len > 0)
                json_put_str(row, "item_title", item_title(t, account, e->item));
        json_put_str(row, "time", local_time(a, e->at));
        json_put_str(row, "from", from);
        json_put_str(row, "to", to);
        json_object_set_new(row, "fields", field_rows(a, e->fields));
        json_put_bool(row, "only_identifier", e->fields.len == 0);
        json_put_str(row, "policy", str_head(e->policy, str_find(e->policy, ':')));
        json_array_append_new(list, row);
        return OK;
}

/* ---- the whole ---- */

static const struct part {
        enum ledger_kind kind;
        const char *name;  /* of the list */
        const char *there; /* of the member that says that it is not empty */
        result (*add)(struct task *t, const struct account *account, const struct ledger_entry *e, json_t *list);
} parts[] = {
        { LEDGER_BINDING, "bindings", "has_bindings", add_binding },
        { LEDGER_CONSENT, "consents", "has_consents", add_consent },
        { LEDGER_SESSION, "sessions", "has_sessions", add_session },
        { LEDGER_GRANT, "crossings", "has_crossings", add_crossing },
};

static result add_part(struct task *t, const struct account *account, const struct part *part, json_t *context)
{
        const struct person person = identity_person(&account->identity);
        json_t *list = json_array();
        struct ledger_entry *entries;
        size_t count;

        json_object_set_new(context, part->name, list);
        TRY(ledger_list(t, &person, part->kind, &entries, &count));
        for (size_t i = 0; i < count; i++)
                TRY(part->add(t, account, &entries[i], list));
        json_put_bool(context, part->there, json_array_size(list) > 0);
        return OK;
}

result account_overview(struct task *t, const struct account *account, json_t **ret_context)
{
        struct arena *a = task_arena(t);
        json_t *context = json_new_object(a);

        for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
                TRY(add_part(t, account, &parts[i], context));
        json_put_str(context, "source_title", source_title(t, account, account->identity.assertion.source));
        json_put_str(context, "end_all_url", act_url(a, account, "end-all", STR("sessions")));
        json_put_bool(context, "several_sessions", json_array_size(json_object_get(context, "sessions")) > 1);
        *ret_context = context;
        return OK;
}

struct str account_entry_title(struct task *t, const struct account *account, const struct ledger_entry *entry)
{
        struct arena *a = task_arena(t);

        switch (entry->kind) {
        case LEDGER_CONSENT:
                return entry->item.len > 0 ? item_title(t, account, entry->item)
                                           : client_title(t, account, entry->client_id);
        case LEDGER_BINDING:
                return ARENA_JOIN(a, source_title(t, account, account->identity.assertion.source), STR(" – "),
                                  source_title(t, account, entry->key));
        default:
                return local_time(a, entry->at);
        }
}
