# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""The account page in a browser: a person finds what stands in their name, ends it, and takes the receipts along."""

import base64
import json
import urllib.parse

import pytest
from page_checks import LANGUAGES
from person import AT_A_DESK, IN_THE_HAND
from selenium.webdriver.common.by import By
from web_browser import Page, exchange

HEADINGS = {"zh-Hant": "你的帳戶", "zh-Hans": "您的账号", "en": "Your account"}


@pytest.fixture
def visitor(world, person):
    """Signed in at the portal, with binding, consent and a crossing; and then at the account page."""

    def come(device=AT_A_DESK, language="en"):
        world.hurry()
        chan = person("chan", device=device, language=language)
        if device is IN_THE_HAND:
            world.turn(world.iamsmart, "profile", "approve")
        chan.sign_in()
        chan.go()
        chan.call_service()
        chan.open(world.issuer + "/account")
        return chan

    return come


def ids(person, act):
    """Ids of the links of one kind: "receipt", "withdraw", "unbind", "end"."""
    found = person.driver.find_elements(By.CSS_SELECTOR, f"a[href*='/account/{act}/']")
    return [link.get_attribute("id") for link in found]


def section(person, name):
    """The text from this heading to the next."""
    text, heading = person.text("main"), person.text(name)
    after = text[text.index(heading) + len(heading):]
    rest = [person.text(each) for each in ("consents", "bindings", "sessions", "crossings")]
    ends = [after.index(each) for each in rest[rest.index(heading) + 1:] if each in after]
    return after[:min(ends, default=len(after))]


def test_what_stands_in_the_persons_name(visitor):
    chan = visitor()
    assert chan.heading == "Your account"
    assert "Name" in section(chan, "consents") and "Withdraw" in section(chan, "consents")
    assert "iAM Smart" in section(chan, "bindings") and "↔" in section(chan, "bindings")
    assert section(chan, "sessions").count("This browser") == 1
    crossed = section(chan, "crossings")
    assert "Hong Kong" in crossed and "Mainland China" in crossed and "Name" in crossed
    chan.check("account", focus=True)
    chan.picture("account-dark", dark=True)


@pytest.mark.parametrize("device", [AT_A_DESK, IN_THE_HAND], ids=["desk", "hand"])
def test_in_three_languages(visitor, device):
    chan = visitor(device, language="zh-Hant")
    assert chan.heading == HEADINGS["zh-Hant"]
    chan.check_languages()
    for language in LANGUAGES:
        chan.press("lang-" + language)
        assert chan.heading == HEADINGS[language]
        chan.press(ids(chan, "withdraw")[0])
        assert chan.shown_language == language
        chan.check_languages()
        chan.press("back")
        assert chan.heading == HEADINGS[language]
    chan.press("lang-zh-Hant")
    chan.check("narrow-account" if device is IN_THE_HAND else None, focus=True)


def test_withdrawing_a_consent(visitor, world):
    chan = visitor()
    chan.press(ids(chan, "withdraw")[0])
    assert chan.heading == "Withdraw your consent?"
    chan.check("account-act", focus=True)
    chan.press("back")
    assert ids(chan, "withdraw"), "nothing was done"
    chan.press(ids(chan, "withdraw")[0])
    chan.press("confirm")
    assert chan.text("done").startswith("Your consent is withdrawn")
    assert not ids(chan, "withdraw") and "You have not agreed" in section(chan, "consents")
    assert "Hong Kong" in section(chan, "crossings"), "what was given is still told"
    chan.check(focus=True)
    chan.back()  # to the page that asked
    if chan.has("confirm"):
        chan.press("confirm")
    assert chan.heading == "Your account" and not ids(chan, "withdraw")
    chan.open(world.portal + "/")
    chan.press("sign-out")
    chan.sign_in()
    chan.go(until="allow")
    assert chan.has("allow"), "the service has to ask again"


def test_the_token_stops_working(visitor, world):
    """A service that asks the gateway hears of it at once."""
    chan = visitor()
    attempt = world.party("portal").attempt()
    chan.open(attempt.url)
    chan.press("allow")
    tokens, party = attempt.tokens(Page(chan.driver.current_url)), world.party("portal")
    assert party.userinfo(tokens["access_token"]).status == 200
    chan.open(world.issuer + "/account")
    while ids(chan, "withdraw"):
        chan.press(ids(chan, "withdraw")[0])
        chan.press("confirm")
    assert party.userinfo(tokens["access_token"]).status == 401
    assert all("ERR_CONNECTION_REFUSED" in each for each in chan.chromium.complaints()), "nothing listens there"


def test_undoing_a_binding(visitor, world):
    chan = visitor()
    chan.press(ids(chan, "unbind")[0])
    chan.check(focus=True)
    chan.press("confirm")
    assert chan.heading == "You are signed out", "the sign-in rested on the link"
    chan.open(world.portal + "/")
    chan.press("sign-out")
    chan.sign_in()
    chan.go(until="continue")
    assert chan.has("continue"), "the accounts are to be linked anew"


def test_signing_out_everywhere(visitor, world):
    first = visitor()
    cookies = first.driver.get_cookies()
    second = visitor(IN_THE_HAND, "en")
    assert len(ids(second, "end")) == 2 and second.has("end-all")
    second.check(focus=True)
    second.press("end-all")
    second.check("narrow-account-act")
    second.press("confirm")
    assert second.heading == "You are signed out"
    second.check()
    second.open(world.issuer + "/account")
    assert second.has("source-iamsmart")
    for cookie in cookies:
        second.driver.add_cookie({"name": cookie["name"], "value": cookie["value"], "path": "/"})
    second.open(world.issuer + "/account")
    assert second.has("source-iamsmart"), "nor is the other browser signed in"


def test_ending_one_sign_in(visitor):
    visitor()
    chan = visitor()
    here = next(card for card in chan.driver.find_elements(By.CLASS_NAME, "card") if "This browser" in card.text)
    own = here.get_attribute("id").partition("-")[2]
    other = next(each for each in ids(chan, "end") if each not in ("end-" + own, "end-all"))
    chan.press(other)
    chan.press("confirm")
    assert chan.text("done") == "That sign-in has ended." and ids(chan, "end") == ["end-" + own]


def test_the_receipts_can_be_taken_along(visitor):
    """The links are downloads; what they lead to is asked for with the browser's own cookie."""
    chan = visitor()
    cookie = "; ".join(f"{each['name']}={each['value']}" for each in chan.driver.get_cookies())
    links = [chan.driver.find_element(By.ID, each) for each in ids(chan, "receipt")]
    assert len(links) == 2 and all(link.get_attribute("download") is not None for link in links)
    kinds = set()
    for link in links:
        answer = exchange("GET", link.get_attribute("href"), {"Cookie": cookie})
        assert answer.status == 200 and answer.headers["Content-Type"] == "application/jwt"
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="baygate-receipt-')
        header = answer.body.decode().partition(".")[0]
        kinds.add(json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))["typ"])
    assert kinds == {"consent-receipt+jwt", "binding-receipt+jwt"}


def test_an_old_login_is_renewed_first(visitor, world):
    chan = visitor()
    world.pass_time(301)
    chan.press(ids(chan, "end")[0])
    chan.go(until="confirm")
    assert chan.heading == "End this sign-in?"
    address = urllib.parse.urlsplit(chan.driver.current_url)
    assert address.path.startswith("/account/end/")
    chan.press("confirm")
    assert chan.heading == "You are signed out"
