/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* HTML builder of the sandbox: escaping, the frame that all pages share, QR codes as inline SVG. */
#include "html.h"

#include <qrencode.h>

#define PAGE_MAX ((size_t)512 * 1024)

struct html html_in(struct arena *a)
{
        return (struct html){ .arena = a, .out = buf_in(a, PAGE_MAX) };
}

void html_markup(struct html *h, const char *markup)
{
        buf_add_text(&h->out, markup);
}

static const char *entity_of(char c)
{
        switch (c) {
        case '&':
                return "&amp;";
        case '<':
                return "&lt;";
        case '>':
                return "&gt;";
        case '"':
                return "&quot;";
        case '\'':
                return "&#39;";
        default:
                return NULL;
        }
}

void html_text(struct html *h, struct str text)
{
        size_t plain = 0;
        for (size_t i = 0; i < text.len; i++) {
                const char *entity = entity_of(text.data[i]);
                if (!entity)
                        continue;
                buf_add(&h->out, str_slice(text.data + plain, i - plain));
                buf_add_text(&h->out, entity);
                plain = i + 1;
        }
        if (plain < text.len)
                buf_add(&h->out, str_slice(text.data + plain, text.len - plain));
}

void html_fill(struct html *h, const char *markup, const struct str *values, size_t count)
{
        size_t next = 0;
        const char *place;
        while ((place = strstr(markup, "{}")) && next < count) {
                buf_add(&h->out, str_slice(markup, (size_t)(place - markup)));
                html_text(h, values[next++]);
                markup = place + 2;
        }
        buf_add_text(&h->out, markup);
}

void html_begin(struct html *h, struct str title, struct str brand, struct str refresh_url)
{
        html_markup(h, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        if (!str_is_empty(refresh_url))
                HTML(h, "<meta http-equiv=\"refresh\" content=\"2; url={}\">", refresh_url);
        HTML(h,
             "<title>{}</title><link rel=\"icon\" href=\"data:,\"><link rel=\"stylesheet\" "
             "href=\"/style.css\"></head>\n"
             "<body class=\"{}\">"
             "<header><p class=\"notice\">Sandbox · 沙盒 — made-up people, no real "
             "service</p></header>\n<main><h1>{}</h1>\n",
             title, brand, title);
}

struct str html_end(struct html *h)
{
        html_markup(h, "</main></body></html>\n");
        return buf_str(&h->out);
}

static void qr_free(QRcode **code)
{
        QRcode_free(*code);
}

result html_qr_code(struct html *h, struct str text)
{
        __attribute__((cleanup(qr_free))) QRcode *code =
                QRcode_encodeString8bit(arena_cstr(h->arena, text), 0, QR_ECLEVEL_M);
        if (!code)
                return fail(h->arena, ERR_TOO_LARGE, "no QR code for %zu bytes", text.len);

        buf_printf(&h->out,
                   "<svg class=\"qr\" id=\"qr\" role=\"img\" aria-label=\"QR code\" viewBox=\"-4 -4 %d %d\">"
                   "<path d=\"",
                   code->width + 8, code->width + 8);
        for (int y = 0; y < code->width; y++)
                for (int x = 0; x < code->width; x++)
                        if (code->data[y * code->width + x] & 1)
                                buf_printf(&h->out, "M%d %dh1v1h-1z", x, y);
        html_markup(h, "\"/></svg>\n");
        return OK;
}

struct str html_style_sheet(void)
{
        return STR("*{box-sizing:border-box}"
                   ":root{--own:#1f5fa8}.iamsmart,.phone{--own:#0b7a53}.guangdong{--own:#b3261e}.service{--own:#555}"
                   "body{margin:0;padding-bottom:2rem;font:1rem/1.5 system-ui,'Noto Sans TC','Noto Sans SC',sans-serif;"
                   "color:#1a2230;background:#f3f5f8}"
                   "header{background:#5b3a00;color:#fff;padding:.25rem 1rem;font-size:.85rem}"
                   "header p{margin:0;text-align:center}"
                   "main{max-width:44rem;margin:2rem auto 0;padding:1.25rem 2rem 1.75rem;background:#fff;"
                   "border:1px solid #d5dae1;border-top:.4rem solid var(--own);border-radius:.75rem}"
                   ".phone main{max-width:26rem;padding:1rem 1.25rem 1.25rem;border:.5rem solid #1a2230;"
                   "border-radius:2rem}.phone h1{font-size:1.2rem}"
                   "h1{margin:0 0 1rem;font-size:1.5rem;line-height:1.25}h2{font-size:1.1rem;margin-top:1.75rem}"
                   "fieldset{border:1px solid #b8c0cc;border-radius:.5rem;margin:0 0 1rem;padding:.5rem 1rem}"
                   "label{display:block;padding:.35rem 0}"
                   "a{display:inline-block;min-height:1.5rem;color:var(--own)}"
                   "button,.button{display:inline-block;font:inherit;font-weight:600;min-height:2.75rem;"
                   "padding:.5rem 1rem;margin:.25rem .25rem .25rem 0;border:2px solid var(--own);border-radius:.5rem;"
                   "background:var(--own);color:#fff;cursor:pointer;text-decoration:none}"
                   "button.plain{background:#fff;color:var(--own)}"
                   ":focus-visible{outline:3px solid #b3420a;outline-offset:2px}"
                   ".wide p{margin:0 0 .6rem}.wide button{display:block;width:100%;margin:0;text-align:left}"
                   ".wide button:not(.plain){background:#fff;color:#1a2230;border-width:1px 1px 1px .4rem}"
                   "small{display:block;font-weight:400;color:#465263}"
                   "details{margin:1rem 0}summary{min-height:1.5rem;font-weight:600;cursor:pointer}"
                   "pre{background:#f3f5f8;border:1px solid #d5dae1;border-radius:.5rem;padding:.75rem;overflow-x:auto;"
                   "white-space:pre-wrap;word-break:break-all;font-size:.85rem}"
                   "table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;"
                   "padding:.35rem .5rem;border-bottom:1px solid #d5dae1;word-break:break-word}"
                   "th{width:34%;font-weight:600}"
                   ".qr{display:block;width:min(18rem,100%);background:#fff;margin:1rem auto}"
                   ".good{border-left:.4rem solid #0b7a53;padding-left:.75rem}"
                   ".bad{border-left:.4rem solid #b3261e;padding-left:.75rem}"
                   "@media(max-width:34rem){main,.phone main{max-width:none;margin:0;padding:1rem;border-width:.4rem 0 "
                   "1px;"
                   "border-radius:0}}");
}
