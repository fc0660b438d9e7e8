/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The pages that people see, as strings; and the headers that every page is sent with. Plain HTML forms, no script.
 *
 * Members of a page's context are strings unless said otherwise; those in [brackets] may be absent. What is a title or
 * a purpose is given in the page's language. All pages take:
 *   [lang_url]     address that shows the same page in another language when a tag is appended to it: "?flow=…&lang="
 *                  (links lang-en, lang-zh-Hant, lang-zh-Hans); without it there is no switch
 *   [request_id]   shown on the error page
 * Pages with a form take `action`, `flow` and `csrf`: the form is POSTed to `action` with inputs `flow` and `csrf`.
 * The names page, language, languages, style_path and refresh are set here and must not be used in a context.
 *
 * chooser     which identity source
 *   action, flow, csrf, client_name; sources: list of {id, title, [description]}
 *   buttons source-<id> (source=<id>), cancel (decision=cancel)
 * waiting     the source will answer later; asks again every 2 seconds unless paused
 *   action, flow, csrf, source_title; [open_url] link that opens the app (open-app);
 *   [pause_url] the same page without refreshing (pause-refresh); [check_url] the page again, with refreshing: given
 *   when it is paused, and then it doesn't refresh (check-now)
 *   button cancel (decision=cancel)
 * ceremony    explains that a second sign-in follows and that the two accounts will be linked
 *   action, flow, csrf, client_name, left_title (signed in already), right_title (to sign in now)
 *   buttons continue, cancel (decision=…)
 * confirm     both sides and what will be stored
 *   action, flow, csrf, left_title, right_title; fields: list as in mismatch; stored: list of names, see stored.* in
 *   text/ ("accounts", "match", "time", "document_hash", "levels")
 *   buttons confirm-binding (decision=confirm), cancel (decision=cancel)
 * mismatch    the two accounts could not be linked, and why
 *   left_title, right_title; [weak] true when it is not a plain mismatch but too little agreed; [return_url],
 *   [client_name];
 *   fields: list of {name, verdict, [left], [right]}: name as in claim.* of text/ ("birth_date", "gender",
 *   "name_native", "name_latin", "document_number", …); verdict one of "same", "different",
 *   "compatible" (no contradiction: written in ways that can't be compared), "missing"; left and right what each
 *   side says, masked as the gateway sees fit
 *   [action, flow, csrf]: then button try-again (decision=retry) and cancel (decision=cancel)
 * step-up     the sign-in is too weak for what the person came for, and what could help
 *   action, flow, csrf, client_name, source_title (of the sign-in); ways: list of {id, title, kind}: a source, and as in
 *   step_up_way.* of text/ ("again", "reauthenticate", "other"); [item_title] as in consent
 *   buttons way-<id> (source=<id>), cancel (decision=cancel)
 * consent     what the service will get
 *   action, flow, csrf, client_name, purpose; claims: list of {name, [form], optional, refused}, name as in claim.* and
 *   form as in form.* of text/; before: the same for what was decided before; has_asked and has_before: such a list has
 *   items; [policy_changed] true: the rules changed since then; [item_title] of the catalogue: what the
 *   person came for; [recipient], [retention_days]; [bases]: list of {basis},
 *   as in basis.* of text/; [crossing]: {from, to} jurisdictions ("HK", "CN", "MO");
 *   [privacy_url], [terms_url]; [remembered] true: the choice will be kept
 *   buttons allow, deny (decision=allow, decision=deny), checkboxes refuse-<name> (refuse_<name>=1)
 * error       error: the OAuth error code; symbol: as in errors.def; [source_error]: as in source_error.* of text/
 *   ("cancelled", "rejected", "failed", "timeout", "expired", "id_card", "unsupported", "not_allowed", "level",
 *   "mismatch", "suspended", "busy", "unavailable"), told instead of the symbol's sentence when there is a
 *   [source_title];
 *   [request_id], [retry_url] (try-again), [return_url] and [client_name] (return)
 *   In every language it has the phrase "Error code: " and the code, in the element error-code.
 * account     what stands in the person's name
 *   source_title; [done]: as in account_done.* of text/; has_bindings, has_consents, has_crossings, several_sessions;
 *   end_all_url (end-all)
 *   consents: list of {id, client_name, [item_title], time, fields, only_identifier, [receipt_url], end_url}; fields:
 *   list of {name, [form]} as on the consent page; only_identifier: there are none
 *   bindings: list of {id, left_title, right_title, time, receipt_url, end_url}
 *   sessions: list of {id, title, time, until, [current], end_url}
 *   crossings: list of {client_name, [item_title], time, from, to, [policy], fields, only_identifier}
 *   links receipt-{id}, withdraw-{id}, unbind-{id}, end-{id}
 * account-act asks before something is ended
 *   act: as in act_heading.* of text/; [title] what it is about; csrf, action, back_url (back)
 *   button confirm
 * signed-out  [client_name], [return_url] (return) */
#pragma once

#include "text.h"

struct pages;

/* Parses and checks all templates and texts. Read-only afterwards: threads share it. Lives as long as the arena.
 * Errors: ERR_CONFIG; the arena's reason names the file and the line. */
result pages_load(struct arena *a, struct pages **ret_pages);

struct page {
        struct str name;
        enum language language;
        const json_t *context; /* may be NULL */
};

/* Errors: ERR_SERVER_ERROR when there is no such page or it is too long. */
result page_render(struct arena *a, const struct pages *pages, const struct page *page, struct str *ret_html);

/* Where the style sheet is to be served: "/assets/{hash}.css". Its content never changes: cache it for good, with
 * PAGE_ASSET_CACHE_CONTROL. */
struct str pages_style_path(const struct pages *pages);
struct str pages_style(const struct pages *pages);
#define PAGE_ASSET_CACHE_CONTROL "public, max-age=31536000, immutable"
const struct texts *pages_texts(const struct pages *pages);

/* The value of Content-Security-Policy. `form_targets`: space-separated origins or schemes ("https://a.example",
 * "app:") to which a form's answer may lead beside our own; words that don't look like one are left out. */
struct str page_security_policy(struct arena *a, struct str form_targets);

struct page_header {
        const char *name;
        const char *value;
};
/* The other headers of every page, beside Content-Type "text/html; charset=utf-8", Cache-Control and those that all
 * answers have; a NULL name ends the table. */
extern const struct page_header page_headers[];
