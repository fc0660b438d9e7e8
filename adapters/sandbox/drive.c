/* SPDX-FileCopyrightText: 2026 The Baygate authors
 * SPDX-License-Identifier: Apache-2.0 */

/* baygate-sandbox drive: a person at a desktop with a phone, without a browser.
 *
 * Two whole logins at the portal: the first goes through the binding ceremony, the second, in a fresh browser, must
 * not. Pages are driven by the ids of their controls alone. */
#include "browser.h"
#include "clock.h"
#include "commands.h"
#include "json.h"

#include <curl/curl.h>
#include <getopt.h>
#include <unistd.h>

#define ARENA_BYTES ((size_t)256 * 1024 * 1024)
#define STEPS_MAX 200
#define PAUSE_US 300000

struct drive {
        struct arena *arena;
        struct browser desktop;
        struct browser phone;
        struct str portal;
        struct str person;    /* who holds the phone */
        struct str account;   /* whose Guangdong account is used */
        struct str phone_url; /* the phone's list of notifications; known after the first QR code */
        int64_t deadline_ms;
        bool bound_before; /* a binding may already exist */
        bool ceremony;     /* confirm-binding was pressed in this login */
};

static void say(struct str text)
{
        printf("---- %.*s\n", STR_FMT(text));
}

static void field_replace(struct scan_form *form, const char *name, struct str value)
{
        for (size_t i = 0; i < form->field_count; i++)
                if (str_is(form->fields[i].name, name))
                        form->fields[i].value = value;
}

/* Opens the phone's page and approves what it shows. */
static result phone_approve(struct drive *d, struct str url)
{
        struct browser_page page;
        struct scan_form form;
        TRY(browser_open(&d->phone, url, &page));
        if (!scan_button(d->arena, page.body, "approve", &form))
                return OK;
        field_replace(&form, "person", d->person);
        TRY(browser_submit(&d->phone, &page, &form, &page));
        if (page.status != 200)
                return fail(d->arena, ERR_SOURCE_BAD_ANSWER, "the phone was answered %d", page.status);
        return OK;
}

/* The page shows a QR code: the phone scans it. */
static result scan_code(struct drive *d, struct str link)
{
        const char *path = memmem(link.data, link.len, "/phone/login", 12);
        if (path)
                d->phone_url = ARENA_JOIN(d->arena, str_slice(link.data, (size_t)(path - link.data)), STR("/phone"));
        return phone_approve(d, link);
}

/* Presses the first of the buttons that a person would press; false when the page has none of them. */
static result press_any(struct drive *d, struct browser_page *page, bool *ret_pressed)
{
        const char *const buttons[] = { "source-iamsmart", "continue", "confirm-binding", "allow",
                                        arena_cstr(d->arena, ARENA_JOIN(d->arena, STR("person-"), d->account)) };
        *ret_pressed = false;
        for (size_t i = 0; i < sizeof buttons / sizeof buttons[0]; i++) {
                struct scan_form form;
                if (!scan_button(d->arena, page->body, buttons[i], &form))
                        continue;
                say(ARENA_JOIN(d->arena, STR("press "), str_from(buttons[i])));
                d->ceremony |= strcmp(buttons[i], "confirm-binding") == 0;
                *ret_pressed = true;
                return browser_submit(&d->desktop, page, &form, page);
        }
        return OK;
}

static result wait_and_look(struct drive *d, struct browser_page *page)
{
        struct str link = scan_link(d->arena, page->body, "phone-link");
        if (!str_is_empty(link))
                TRY(scan_code(d, link));
        else if (!str_is_empty(d->phone_url))
                TRY(phone_approve(d, d->phone_url));
        usleep(PAUSE_US);
        return browser_open(&d->desktop, page->refresh, page);
}

static result stuck(struct drive *d, const struct browser_page *page)
{
        struct str error = scan_text(d->arena, page->body, "error");
        return fail(d->arena, ERR_SOURCE_BAD_ANSWER, "stuck at %.*s (%d): %.*s %.*s",
                    STR_FMT(browser_url_shown(d->arena, page->url)), page->status,
                    STR_FMT(scan_element(d->arena, page->body, "h1")), STR_FMT(error));
}

/* From the portal's button until the portal says that somebody is signed in. */
static result sign_in(struct drive *d, struct browser_page *page)
{
        struct scan_form form;
        TRY(browser_open(&d->desktop, d->portal, page));
        if (!scan_button(d->arena, page->body, "sign-in", &form))
                return stuck(d, page);
        say(STR("press sign-in"));
        TRY(browser_submit(&d->desktop, page, &form, page));
        for (int i = 0; i < STEPS_MAX && clock_monotonic_ms() < d->deadline_ms; i++) {
                bool pressed = false;
                if (!str_is_empty(scan_text(d->arena, page->body, "signed-in")))
                        return OK;
                if (page->status == 200)
                        TRY(press_any(d, page, &pressed));
                if (pressed)
                        continue;
                if (str_is_empty(page->refresh))
                        return stuck(d, page);
                TRY(wait_and_look(d, page));
        }
        return fail(d->arena, ERR_DEADLINE, "the login did not end in time");
}

static void show(struct drive *d, const struct browser_page *page, const char *title, const char *id)
{
        printf("%s\n%.*s\n", title, STR_FMT(scan_text(d->arena, page->body, id)));
}

/* Calls the service from the portal; it must accept the token. */
static result call_service(struct drive *d, struct browser_page *page)
{
        struct scan_form form;
        if (!scan_button(d->arena, page->body, "call-service", &form))
                return stuck(d, page);
        say(STR("press call-service"));
        TRY(browser_submit(&d->desktop, page, &form, page));
        show(d, page, "ID token, header:", "id-token-header");
        show(d, page, "ID token, claims:", "id-token-claims");
        show(d, page, "access token, header:", "access-token-header");
        show(d, page, "access token, claims:", "access-token-claims");
        show(d, page, "the service answers:", "service-answer");
        struct str status = scan_text(d->arena, page->body, "service-status");
        if (!str_is(status, "200"))
                return fail(d->arena, ERR_INVALID_TOKEN, "the service answered %.*s", STR_FMT(status));
        return OK;
}

static result login(struct drive *d, const char *title, struct browser_page *page)
{
        say(str_from(title));
        browser_forget(&d->desktop);
        d->ceremony = false;
        TRY(sign_in(d, page));
        return call_service(d, page);
}

static void summary(struct drive *d, const struct browser_page *page)
{
        json_t *answer = NULL, *header = NULL;
        ignore_failure(json_read_object(d->arena, scan_text(d->arena, page->body, "service-answer"), 65536, &answer),
                       "an unreadable answer leaves the words empty");
        ignore_failure(json_read_object(d->arena, scan_text(d->arena, page->body, "id-token-header"), 65536, &header),
                       "an unreadable header leaves the word empty");
        printf("demo: ok sub=%.*s acr=%.*s alg=%.*s\n", STR_FMT(json_str(answer, "sub")),
               STR_FMT(json_str(answer, "acr")), STR_FMT(json_str(header, "alg")));
}

static result drive(struct drive *d)
{
        struct browser_page page = { 0 };
        TRY(browser_init(&d->desktop, d->arena, "desktop"));
        TRY(browser_init(&d->phone, d->arena, "phone"));
        TRY(login(d, "first login", &page));
        if (!d->ceremony && !d->bound_before)
                return fail(d->arena, ERR_SOURCE_BAD_ANSWER, "the first login had no binding ceremony");
        TRY(login(d, "repeat login, fresh browser", &page));
        if (d->ceremony)
                return fail(d->arena, ERR_SOURCE_BAD_ANSWER, "the repeat login had a binding ceremony again");
        summary(d, &page);
        return OK;
}

static const char usage[] =
        "usage: baygate-sandbox drive --portal URL [--person ID] [--account ID] [--timeout SECONDS] [--bound]\n\n"
        "  --portal URL       the sandbox's portal, e.g. http://localhost:8090/\n"
        "  --person ID        who approves on the phone (default: chan)\n"
        "  --account ID       whose Guangdong account is used (default: the same person's)\n"
        "  --timeout SECONDS  for both logins together (default: 60)\n"
        "  --bound            the first login may find a binding already made\n"
        "Exit status 0 only if the service accepted the token of both logins.\n";

static const struct option options[] = { { "portal", required_argument, NULL, 'p' },
                                         { "person", required_argument, NULL, 'n' },
                                         { "account", required_argument, NULL, 'a' },
                                         { "timeout", required_argument, NULL, 't' },
                                         { "bound", no_argument, NULL, 'b' },
                                         { "help", no_argument, NULL, 'h' },
                                         { 0 } };

static int usage_show(FILE *out, int stop)
{
        fputs(usage, out);
        return stop;
}

/* 0: go on; else the exit status and 1. */
static int arguments_take(struct drive *d, int argc, char **argv)
{
        int64_t seconds = 60;
        int c;
        d->person = STR("chan");
        while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
                if (c == 'p')
                        d->portal = str_from(optarg);
                else if (c == 'n')
                        d->person = str_from(optarg);
                else if (c == 'a')
                        d->account = str_from(optarg);
                else if (c == 'b')
                        d->bound_before = true;
                else if (c == 'h')
                        return usage_show(stdout, 1);
                else if (c != 't' || !str_to_int(str_from(optarg), &seconds))
                        return usage_show(stderr, 3);
        }
        if (str_is_empty(d->account))
                d->account = d->person;
        d->deadline_ms = clock_monotonic_ms() + seconds * 1000;
        return str_is_empty(d->portal) ? usage_show(stderr, 3) : 0;
}

int command_drive(int argc, char **argv)
{
        auto_arena a = arena_new(ARENA_BYTES);
        struct drive d = { .arena = a };
        int stop = arguments_take(&d, argc, argv);
        if (stop)
                return stop - 1;
        setvbuf(stdout, NULL, _IOLBF, 0);
        curl_global_init(CURL_GLOBAL_DEFAULT);
        result driven = drive(&d);
        if (!is_ok(driven))
                printf("demo: failed: %.*s\n", STR_FMT(arena_reason(a)));
        browser_done(&d.desktop);
        browser_done(&d.phone);
        curl_global_cleanup();
        return is_ok(driven) ? 0 : 1;
}
