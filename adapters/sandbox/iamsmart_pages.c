/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Pages of the iAM Smart stand-in. */
#include "iamsmart_pages.h"

#include "clock.h"

void page_login_wait(struct task *t, const struct login_slot *l)
{
        struct arena *a = task_arena(t);
        const struct iamsmart *s = site_state(t);
        struct html h = html_in(a);
        struct str refresh = ARENA_JOIN(a, STR("/api/v1/auth/qr?id="), slot_id_str(&l->browser));
        struct str phone = ARENA_JOIN(a, s->public_url, STR("/phone/login?ticket="), slot_id_str(&l->ticket));

        html_begin(&h, STR("Log in with iAM Smart · 以「智方便」登入"), STR("iamsmart"), refresh);
        if (l->broker_page) {
                HTML(&h,
                     "<p>Open the app on this device. 在此裝置開啟應用程式。</p>"
                     "<p><a class=\"button\" id=\"open-app\" href=\"{}\">Open iAM Smart · 開啟智方便</a></p>",
                     phone);
                site_page(t, 200, &h);
                return;
        }
        html_markup(&h, "<p>Scan the code with the app. 請用應用程式掃描二維碼。</p>");
        if (!is_ok(html_qr_code(&h, phone)))
                html_markup(&h, "<p>The address is too long for a QR code.</p>");
        HTML(&h,
             "<p>No phone at hand? Open the stand-in for it in another tab: 沒有手機？在另一分頁開啟模擬手機：<br>"
             "<a id=\"phone-link\" target=\"_blank\" rel=\"noopener\" href=\"{}\">sandbox phone · 模擬手機</a></p>"
             "<p>This page looks for the answer every 2 seconds.</p>",
             phone);
        site_page(t, 200, &h);
}

void page_refusal(struct task *t, const char *code, const char *parameter)
{
        struct html h = html_in(task_arena(t));
        html_begin(&h, STR("iAM Smart cannot start · 未能啟動「智方便」"), STR("iamsmart"), STR(""));
        HTML(&h, "<p class=\"bad\" id=\"error\"><strong id=\"code\">{}</strong> {} (<code>{}</code>)</p>",
             str_from(code), str_from(wire_message(code)), str_from(parameter));
        site_page(t, 400, &h);
}

static void person_choice(struct html *h, const struct person *p, struct str chosen)
{
        html_markup(h, "<label><input type=\"radio\" name=\"person\"");
        HTML(h, " id=\"person-{}\" value=\"{}\"", str_from(p->id), str_from(p->id));
        if (str_is(chosen, p->id))
                html_markup(h, " checked");
        HTML(h, "> {} {} <small>{}({}) · {}</small></label>", str_from(p->hk.name_chinese), str_from(p->hk.name_latin),
             str_from(p->hk.hkid), str_from(p->hk.check_digit), str_from(p->purpose));
}

static void decision_buttons(struct html *h)
{
        html_markup(h, "<p><button id=\"approve\" name=\"decision\" value=\"approve\">Approve · 同意</button>"
                       "<button class=\"plain\" id=\"refuse\" name=\"decision\" value=\"refuse\">Refuse · 拒絕</button>"
                       "<button class=\"plain\" id=\"cancel\" name=\"decision\" value=\"cancel\">Cancel · 取消</button>"
                       "<button class=\"plain\" id=\"timeout\" name=\"decision\" value=\"timeout\">"
                       "Let it time out · 逾時</button></p>");
}

void page_phone_login(struct task *t, const struct login_slot *l)
{
        struct html h = html_in(task_arena(t));
        html_begin(&h, STR("Phone: log in? · 手機：確認登入？"), STR("phone"), STR(""));
        HTML(&h,
             "<p>An online service asks you to log in. Scope: <code>{}</code></p>"
             "<form method=\"post\" action=\"/phone/login\"><input type=\"hidden\" name=\"ticket\" value=\"{}\">"
             "<fieldset><legend>This phone belongs to · 手機持有人</legend>",
             str_from(l->scope), slot_id_str(&l->ticket));
        for (size_t i = 0; i < person_count; i++)
                person_choice(&h, &persons[i], str_from(persons[0].id));
        html_markup(&h, "</fieldset><fieldset><legend>If it is not approved, the browser returns with</legend>");
        HTML(&h, "<label><input type=\"radio\" name=\"deny_form\" value=\"error_code\"{}> error_code and state</label>",
             l->bare_denial ? STR("") : STR(" checked"));
        HTML(&h, "<label><input type=\"radio\" name=\"deny_form\" value=\"bare\"{}> state alone</label></fieldset>",
             l->bare_denial ? STR(" checked") : STR(""));
        decision_buttons(&h);
        html_markup(&h, "</form>");
        site_page(t, 200, &h);
}

static void requested_fields(struct html *h, const struct request_slot *r)
{
        html_markup(h, "<p>Send your profile to the online service? 向網上服務提供個人資料？</p><ul>");
        if (r->fields & FIELD_ID_NO)
                html_markup(h, "<li>Identity card number · 身份證號碼</li>");
        if (r->fields & FIELD_EN_NAME)
                html_markup(h, "<li>English name · 英文姓名</li>");
        if (r->fields & (FIELD_CH_NAME | FIELD_CH_NAME_VERIFIED))
                html_markup(h, "<li>Chinese name · 中文姓名</li>");
        if (r->fields & FIELD_BIRTH_DATE)
                html_markup(h, "<li>Date of birth · 出生日期</li>");
        if (r->fields & FIELD_GENDER)
                html_markup(h, "<li>Gender · 性別</li>");
        html_markup(h, "</ul>");
}

static void request_form(struct html *h, const struct request_slot *r)
{
        HTML(h,
             "<form method=\"post\" action=\"/phone/request\"><fieldset><legend>{} {}</legend>"
             "<input type=\"hidden\" name=\"ticket\" value=\"{}\">",
             str_from(r->person->hk.name_chinese), str_from(r->person->hk.name_latin), slot_id_str(&r->ticket));
        if (r->step_up)
                html_markup(h, "<p id=\"re-auth\">Confirm once more that it is you? 再次確認是你本人？</p>");
        else
                requested_fields(h, r);
        decision_buttons(h);
        html_markup(h, "</fieldset></form>");
}

void page_phone_request(struct task *t, const struct request_slot *r)
{
        struct html h = html_in(task_arena(t));
        html_begin(&h,
                   r->step_up ? STR("Phone: confirm once more? · 手機：再次確認？")
                              : STR("Phone: send your profile? · 手機：提供個人資料？"),
                   STR("phone"), STR(""));
        request_form(&h, r);
        site_page(t, 200, &h);
}

void page_phone_list(struct task *t, const struct iamsmart *s)
{
        struct html h = html_in(task_arena(t));
        size_t shown = 0;
        html_begin(&h, STR("Phone: notifications · 手機：通知"), STR("phone"), STR(""));
        for (size_t i = 0; i < REQUEST_SLOTS && shown < 50; i++) {
                const struct request_slot *r = &s->requests[i];
                if (!r->ticket.text[0] || r->decision != DECISION_PENDING ||
                    clock_now_ms() > r->created_ms + REQUEST_LIFE_MS)
                        continue;
                request_form(&h, r);
                shown++;
        }
        if (!shown)
                html_markup(&h, "<p id=\"empty\">Nothing is waiting. 沒有待處理的通知。</p>");
        html_markup(&h, "<p><a href=\"/phone\">Look again · 重新整理</a></p>");
        site_page(t, 200, &h);
}

void page_phone_message(struct task *t, int status, struct str text)
{
        struct html h = html_in(task_arena(t));
        html_begin(&h, STR("Phone · 手機"), STR("phone"), STR(""));
        HTML(&h, "<p id=\"message\">{}</p><p><a href=\"/phone\">Notifications · 通知</a></p>", text);
        site_page(t, status, &h);
}
