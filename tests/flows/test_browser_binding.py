# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""A flow belongs to one browser, each step of it happens once, and tabs and the back button do no harm."""

import concurrent.futures
import urllib.parse

from journey import Journey


def go_to_callback(world, journey, client="portal"):
    """A person at the desk whose phone has approved: the address that leads back to the gateway, not yet opened."""
    chan = journey(client)
    page = chan.go(until="phone-link")
    chan.phone.press(chan.phone.press(page, "phone-link"), "approve", person="chan")
    answer = chan.browser.open(page.refresh_url, follow=False)
    assert answer.status in (302, 303)
    callback = answer.headers["Location"]
    assert callback.startswith(world.issuer + "/callback/iamsmart")
    chan.browser.note(callback)
    return chan, callback


def test_a_stolen_callback_is_worth_nothing_in_another_browser(world, journey):
    victim, callback = go_to_callback(world, journey)
    thief = world.browser()
    page = thief.open(callback)
    assert page.status == 403 and page.error_code == "invalid_request"
    assert not thief.cookies[urllib.parse.urlsplit(world.issuer).netloc]
    victim.sign_in(victim.browser.open(callback))


def test_a_planted_callback_does_not_sign_the_victim_in_as_somebody_else(world, journey):
    """Login CSRF: the attacker's own callback, opened in the victim's browser, in the middle of the victim's flow."""
    attacker, callback = go_to_callback(world, journey)
    lee = journey("portal", "lee")
    page = lee.go(until="phone-link")
    assert lee.browser.open(callback).status == 403
    lee.sign_in(page)


def test_a_callback_works_once(world, journey):
    chan, callback = go_to_callback(world, journey)
    waiting = chan.browser.open(callback)
    again = chan.browser.open(callback)
    assert again.status == 400 and again.error_code == "invalid_request"
    chan.sign_in(waiting)
    assert chan.browser.open(callback).status == 400, "nor after the end"


def at_once(action, times=8):
    with concurrent.futures.ThreadPoolExecutor(times) as pool:
        return [task.result() for task in [pool.submit(action) for _ in range(times)]]


def test_a_callback_that_comes_eight_times_at_once_works_once(world, journey):
    chan, callback = go_to_callback(world, journey)
    pages = at_once(lambda: chan.browser.open(callback, follow=False))
    assert sorted(page.status for page in pages) == [302] + [400] * 7
    done = next(page for page in pages if page.status == 302)
    chan.sign_in(chan.browser.open(urllib.parse.urljoin(callback, done.headers["Location"])))


def test_allow_pressed_eight_times_at_once_gives_one_code(world, journey):
    world.hurry()
    chan = journey("hongkong")
    page = chan.go(until="allow")
    pages = at_once(lambda: chan.browser.press(page, "allow", follow=False))
    ends = [done.headers["Location"] for done in pages if done.status in (302, 303)]
    assert len([end for end in ends if "code=" in end]) == 1


def test_a_tampered_state_is_refused(world, journey):
    chan, callback = go_to_callback(world, journey)
    parts = urllib.parse.urlsplit(callback)
    params = dict(urllib.parse.parse_qsl(parts.query))
    state = params["state"]
    flipped = state[:-1] + ("A" if state[-1] != "A" else "B")
    for wrong in (flipped, "A" * len(state), state + "A", state[:5], ""):
        tampered = parts._replace(query=urllib.parse.urlencode({**params, "state": wrong})).geturl()
        page = chan.browser.open(tampered)
        assert page.status in (400, 403) and page.error_code == "invalid_request", wrong
    twice = chan.browser.open(callback + "&state=" + state)
    assert twice.status == 400
    chan.sign_in(chan.browser.open(callback))


def test_the_state_of_one_source_is_no_good_at_another(world, journey):
    chan, callback = go_to_callback(world, journey)
    state = urllib.parse.parse_qs(urllib.parse.urlsplit(callback).query)["state"][0]
    assert chan.browser.open(f"{world.issuer}/callback/guangdong/{state}?code=x").status == 400


def test_two_tabs_are_two_logins(world, journey):
    chan = journey("portal")
    second = Journey(world, "hongkong", "chan", browser=chan.browser)
    here, there = chan.go(until="phone-link"), second.go(until="phone-link")
    second.sign_in(there)
    chan.sign_in(here)


def test_the_same_login_in_two_tabs_ends_once(world, journey):
    world.hurry()
    chan = journey("hongkong")
    page = chan.go(until="allow")
    here = chan.browser.press(page, "allow")
    assert chan.attempt.code(here)
    there = chan.browser.press(page, "allow")
    assert there.status in (400, 403) and there.error_code == "invalid_request"


def test_the_back_button_leads_to_where_the_login_stands(world, journey):
    world.hurry()
    chan = journey("portal")
    explain = chan.go(until="continue")
    confirm = chan.go(explain, until="confirm-binding")
    back = chan.browser.open(explain.url)
    assert back.has("confirm-binding"), "the page of the step that is, not an old one"
    pressed = chan.browser.press(explain, "continue")
    assert pressed.has("confirm-binding"), "an old button does nothing"
    chan.sign_in(confirm)


def test_back_at_the_chooser_another_source_can_be_taken(world, journey):
    lee = journey("everything", "lee")
    chooser = lee.begin()
    qr = lee.browser.press(chooser, "source-iamsmart")
    assert qr.has("phone-link")
    login = lee.browser.press(chooser, "source-guangdong")
    lee.sign_in(login)
    late = lee.scan(qr)
    assert late.status in (400, 403), "the first leg is over"


def test_a_form_from_elsewhere_is_refused(world, journey):
    world.hurry()
    chan = journey("hongkong")
    page = chan.go(until="allow")
    assert chan.browser.press(page, "allow", csrf="A" * 22).status == 403
    assert chan.browser.open(page.url, "POST", "decision=allow").status == 403
    stranger = world.browser()
    assert stranger.press(page, "allow").status == 403
    chan.sign_in(page)


def test_a_login_expires(world, journey):
    world.hurry()
    chan = journey("hongkong")
    page = chan.go(until="allow")
    world.pass_time(21 * 60)
    late = chan.browser.press(page, "allow")
    assert late.status == 400 and late.error_code == "invalid_request"
    assert chan.browser.open(page.url).status == 400


def test_a_session_expires(world, journey):
    world.hurry()
    chan = journey("hongkong", prompt=None)
    chan.sign_in()
    world.pass_time(8 * 3600 + 1)
    silent = Journey(world, "hongkong", browser=chan.browser, prompt="none")
    assert silent.refused() == "login_required"


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(world, journey):
    answer = journey("everything").begin()
    redirect = world.browser().send("GET", journey("everything").attempt.url)
    for line in redirect.headers.get_all("Set-Cookie"):
        assert "HttpOnly" in line and "SameSite=Lax" in line and "Path=/" in line and "Domain" not in line
    assert "script-src" in answer.headers["Content-Security-Policy"] or \
        "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "<script" not in answer.body


def test_a_pages_form_leads_to_known_places_only(world, journey):
    policy = journey("everything").begin().headers["Content-Security-Policy"]
    targets = next(part for part in policy.split(";") if part.strip().startswith("form-action")).split()[1:]
    service = world.redirect_uri.removesuffix("/callback")
    assert {"'self'", world.iamsmart, world.guangdong, service} == set(targets)
