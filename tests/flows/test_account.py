# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""The account page: what it shows, and that what is ended there has ended at once, on every node."""

import re
import subprocess
import urllib.parse

import pytest
from account_page import Account
from flow_world import GATEWAY, PERSONAL
from journey import Journey
from relying_party import answer_json, parts_of
from test_audit import events_since, keys, last_record
from web_browser import exchange


@pytest.fixture
def chan(world, journey):
    """Signed in at the portal: bound, consented, with tokens; and standing at the account page."""
    world.hurry()
    chan = journey("portal")
    chan.tokens = chan.finish()
    chan.account = Account(world, browser=chan.browser)
    return chan


def works(person, **options):
    status = person.party.userinfo(person.tokens["access_token"], **options).status
    assert status in (200, 401)
    return status == 200


def asks_for_consent(world, person):
    again = Journey(world, "portal", browser=person.browser)
    page = again.go(until="allow")
    return not page.arrived


# ------------------------------------------------------------------------------------------------ what it shows


def test_shows_what_stands_in_the_persons_name(world, chan):
    page = chan.account.open()
    assert page.status == 200 and page.heading == "Your account"
    assert "Service portal" in page.body and "Public services" not in page.heading
    assert len(chan.account.links(page, "withdraw")) == 1 and len(chan.account.links(page, "unbind")) == 1
    assert len(chan.account.links(page, "end")) == 1 and "This browser" in page.body
    crossed = page.body[page.body.index('id="crossings"'):]
    assert "Service portal" in crossed and "Hong Kong" in crossed and "Mainland China" in crossed
    assert "hk-cn" in crossed or "rule " in crossed
    assert page.headers["Cache-Control"] == "no-store"


def test_shows_no_values(world, chan):
    body = chan.account.open().body
    assert not [value for value in PERSONAL if value in body]


def test_a_login_elsewhere_is_not_asked_for_again(world, chan):
    """The session that a service opened does for the page."""
    page = chan.browser.open(world.issuer + "/account")
    assert page.heading == "Your account" and page.url == world.issuer + "/account"


def test_a_stranger_signs_in_first(world):
    world.hurry()
    account = Account(world)
    first = account.browser.open(world.issuer + "/account")
    assert first.has("source-iamsmart") and first.has("source-guangdong")
    page = account.walk(first)
    assert page.heading == "Your account" and "You have not agreed to share anything." in page.body
    assert not [url for url in account.browser.visited if "code=" in url and url.startswith(world.issuer + "/account")]


def test_who_cancels_is_not_led_in_a_circle(world):
    account = Account(world)
    page = account.browser.press(account.browser.open(world.issuer + "/account"), "cancel")
    assert page.error_code == "access_denied" and page.has("try-again")
    assert account.browser.press(page, "try-again").has("source-iamsmart")


@pytest.mark.parametrize("language, heading", [("zh-Hant", "你的帳戶"), ("zh-Hans", "您的账号"), ("en", "Your account")])
def test_speaks_three_languages_and_keeps_to_one(world, chan, language, heading):
    page = chan.account.open("/account?lang=" + language)
    assert page.heading == heading and page.reader.language == language
    asked = chan.browser.open(world.issuer + chan.account.links(page, "end")[0])
    assert asked.reader.language == language
    assert chan.browser.press(asked, "back").reader.language == language
    world.pass_time(600)
    assert chan.account.open(chan.account.links(page, "withdraw")[0]).reader.language == language


def test_another_persons_page_shows_nothing_of_it(world, chan):
    page = chan.account.open()
    links = {act: chan.account.links(page, act)[0] for act in ("withdraw", "unbind", "end", "receipt")}
    world.hurry("lee")
    lee = Account(world, "lee")
    own = lee.open()
    assert "Service portal" not in own.body and not lee.links(own, "unbind")
    assert lee.browser.open(world.issuer + links.pop("receipt")).status == 404
    for act, link in links.items():
        left = lee.open(link)
        assert not left.has("confirm"), act
    assert works(chan) and not asks_for_consent(world, chan)


# --------------------------------------------------------------------------------------------------- withdrawing


def test_withdrawing_a_consent_takes_effect_at_once_everywhere(world, chan):
    start = last_record(world)
    node = world.ports[1]
    assert works(chan) and works(chan, connect_to=node)
    page = chan.account.do("withdraw")
    assert page.text("done").startswith("Your consent is withdrawn")
    assert not chan.account.links(page, "withdraw")
    assert not works(chan) and not works(chan, connect_to=node)
    assert asks_for_consent(world, chan)
    told = [record for record in events_since(world, start) if record["event"] == "consent_withdrawn"]
    assert len(told) == 1 and told[0]["client"] == "portal" and told[0]["fields"]


def test_other_services_keep_what_they_have(world, chan):
    sister = Journey(world, "sister", browser=chan.browser)
    sister.tokens = sister.finish()
    page = chan.account.open()
    assert len(chan.account.links(page, "withdraw")) == 2
    at = [i for i, name in enumerate(re.findall(r"<h3>(Service \w+)</h3>", page.body)) if name == "Service portal"]
    chan.account.do("withdraw", at[0])
    assert not works(chan) and works(sister)


def test_a_code_on_its_way_gives_nothing_after_the_withdrawal(world, chan):
    later = Journey(world, "portal", browser=chan.browser)
    code = later.attempt.code(later.go())
    chan.account.do("withdraw")
    answer = later.attempt.redeem(code)
    assert answer.status == 400 and answer_json(answer)["error"] == "invalid_grant"


def test_undoing_a_binding(world, chan):
    start = last_record(world)
    page = chan.account.ask("unbind")
    assert works(chan)
    chan.browser.press(page, "confirm")
    assert not works(chan)
    assert not [key for key in world.redis.content() if key.startswith(b"bg:d:binding:")]
    fresh = Account(world)
    assert not fresh.links(fresh.open(), "unbind")
    again = Journey(world, "portal", browser=fresh.browser)
    assert again.go(until="continue").has("continue"), "the ceremony follows"
    assert "binding_undone" in [record["event"] for record in events_since(world, start)]


def test_the_other_side_of_a_binding_may_undo_it_too(world, chan):
    """Whoever has one of the two accounts can part them; both lists forget it."""
    mainland = Account(world, source="guangdong")
    assert len(mainland.links(mainland.open(), "unbind")) == 1
    mainland.do("unbind")
    assert not works(chan)
    page = Account(world).open()
    assert not Account.links(page, "unbind")


def test_a_binding_undone_while_a_page_is_open_gives_no_code(world, chan):
    waiting = Journey(world, "portal", browser=chan.browser, prompt="consent")
    page = waiting.go(until="allow")
    Account(world, source="guangdong").do("unbind")
    assert waiting.attempt.error(chan.browser.press(page, "allow")) == "login_required"


def test_ending_a_session_elsewhere(world, chan):
    other = Account(world)
    page = other.open()
    assert len(other.links(page, "end")) == 2 and page.body.count("This browser") == 1
    start = page.body.index('id="sessions"')
    cards = re.findall(r'<li class="card" id="session-([^"]+)">(.*?)</li>', page.body[start:], re.S)
    foreign = [name for name, text in cards if "This browser" not in text]
    asked = other.open("/account/end/" + foreign[0])
    done = other.browser.press(asked, "confirm")
    assert done.text("done") == "That sign-in has ended." and len(other.links(done, "end")) == 1
    assert not works(chan)
    silent = Journey(world, "portal", browser=chan.browser, prompt="none")
    assert silent.attempt.error(silent.begin()) == "login_required"


def test_ending_the_own_session_signs_out(world, chan):
    page = chan.account.do("end")
    assert page.heading == "You are signed out" and not works(chan)
    assert chan.browser.open(world.issuer + "/account").has("source-iamsmart")


def test_signing_out_everywhere(world, chan):
    other = Account(world)
    assert other.open().has("end-all")
    page = other.browser.press(other.browser.press(other.open(), "end-all"), "confirm")
    assert page.heading == "You are signed out" and not works(chan)
    for browser in (chan.browser, other.browser):
        assert browser.open(world.issuer + "/account").has("source-iamsmart")


def test_a_session_that_the_person_cannot_see_counts_as_ended(world, chan):
    """Nobody could end it: so it serves nowhere, and the next login puts it right."""
    world.redis.forget("bg:person:*")
    assert chan.browser.open(world.issuer + "/account").has("source-iamsmart")
    silent = Journey(world, "portal", browser=chan.browser, prompt="none")
    assert silent.attempt.error(silent.begin()) == "login_required"
    again = Journey(world, "portal", browser=chan.browser)
    assert again.finish()
    assert len(chan.account.links(chan.account.open(), "end")) == 1


# ------------------------------------------------------------------------------------------------- who may do it


def test_an_old_login_is_renewed_before_anything_is_ended(world, chan):
    world.pass_time(301)
    page = chan.account.open()
    link = chan.account.links(page, "end")[0]
    chan.browser.visited.clear()
    asked = chan.account.open(link)
    assert [url for url in chan.browser.visited if "/callback/iamsmart" in url], "at the source, anew"
    assert asked.has("confirm") and works(chan)
    chan.browser.press(asked, "confirm")
    assert not works(chan)


def test_who_cancels_the_renewal_is_back_at_the_page(world, chan):
    """The way back says that the login failed: then it leads to the overview, not to what was asked for."""
    act, name = urllib.parse.urlsplit(chan.account.links(chan.account.open(), "withdraw")[0]).path.split("/")[2:]
    page = chan.browser.open(f"{world.issuer}/account?error=access_denied&state=en/{act}/{name}")
    assert page.heading == "Your account" and not page.has("done") and works(chan)


def test_a_page_left_open_for_long_does_nothing(world, chan):
    asked = chan.account.ask("withdraw")
    world.pass_time(301)
    page = chan.browser.press(asked, "confirm")
    assert not page.has("done") and works(chan)


@pytest.mark.parametrize("csrf", [None, "", "A" * 43])
def test_a_foreign_form_does_nothing(world, chan, csrf):
    asked = chan.account.ask("withdraw")
    form = {} if csrf is None else {"csrf": csrf}
    page = chan.browser.open(asked.url, "POST", urllib.parse.urlencode(form))
    assert page.status == 403 and works(chan)


def test_the_token_of_another_session_does_nothing(world, chan):
    other = Account(world)
    foreign = other.ask("withdraw").reader.forms[0].fields
    page = chan.browser.open(chan.account.ask("withdraw").url, "POST", urllib.parse.urlencode(foreign))
    assert page.status == 403 and works(chan)


def test_without_a_session_nothing_is_done(world, chan):
    asked = chan.account.ask("withdraw")
    answer = exchange("POST", asked.url, {"Content-Type": "application/x-www-form-urlencoded"},
                      urllib.parse.urlencode(asked.reader.forms[0].fields))
    assert answer.status in (302, 303) and answer.headers["Location"].startswith("/authorize?")
    assert works(chan)


def test_looking_ends_nothing(world, chan):
    for act in ("withdraw", "unbind", "end"):
        assert chan.account.ask(act).has("confirm")
    assert works(chan) and not asks_for_consent(world, chan)


def test_twice_is_as_once(world, chan):
    asked = chan.account.ask("withdraw")
    chan.browser.press(asked, "confirm")
    page = chan.browser.press(asked, "confirm")
    assert page.heading == "Your account" and page.status == 200


@pytest.mark.parametrize("path", ["/account/sell/x", "/account/withdraw/%2e%2e", "/account/end/a%20b", "/account/receipt/x"])
def test_what_is_not_there_is_not_found(world, chan, path):
    assert chan.browser.open(world.issuer + path).status == 404


@pytest.mark.parametrize("state", ["//evil.example", "en/https:%2f%2fevil.example/x", "..", "en/../x", "en/end/a/../..",
                                   "en%0d%0aSet-Cookie:x=y"])
def test_the_way_back_leads_nowhere_else(world, chan, state):
    answer = chan.browser.send("GET", world.issuer + "/account?state=" + state)
    if answer.status in (302, 303):
        assert re.fullmatch(r"/account(/[\w-]+/[\w-]+)?(\?again=1&lang=[\w-]+|\?lang=[\w-]+)?", answer.headers["Location"])
    else:
        assert answer.status in (200, 400, 404)


def test_a_source_that_signs_in_from_an_old_login_is_told(world, chan):
    world.pass_time(301)
    link = chan.account.links(chan.account.open(), "end")[0]
    page = chan.browser.open(world.issuer + link + "&again=1")
    assert page.error_code == "login_required" and works(chan)


def test_the_account_page_is_no_service(world):
    """It has no secret, so nobody gets a token in its name; and a service can't take its name."""
    form = {"grant_type": "authorization_code", "code": "x" * 43, "client_id": "baygate:account"}
    for extra in ({}, {"client_secret": ""}, {"client_secret": "x"}):
        answer = exchange("POST", world.issuer + "/token", {"Content-Type": "application/x-www-form-urlencoded"},
                          urllib.parse.urlencode({**form, **extra}))
        assert answer.status == 401


def test_renewing_the_login_keeps_what_the_source_said(world, chan):
    """The page asks for no profile; the portal, whose session it is too, still finds what it needs there."""
    world.pass_time(301)
    chan.account.ask("end")
    silent = Journey(world, "portal", browser=chan.browser, prompt="none")
    assert "code" in silent.attempt.returned(silent.begin())


def test_nothing_is_said_to_be_done_that_was_not(world, chan):
    """Neither for an id that is nobody's, nor by a link that somebody else has made."""
    for path in ("/account/withdraw/AAAA", "/account?done=withdraw", "/account?done=withdraw&proof=" + "A" * 16):
        page = chan.account.open(path)
        assert page.heading == "Your account" and "done" not in page.reader.texts, path
    assert works(chan)


# ------------------------------------------------------------------------------------------------------ receipts


def verify_receipt(world, text, *options):
    path = world.folder / "receipt.jwt"
    path.write_text(text)
    return subprocess.run([GATEWAY, "receipt", "verify", str(path), "--jwks", str(keys(world)), *options],
                          capture_output=True, text=True)


def test_receipts_prove_what_was_agreed(world, chan):
    pages = chan.account.receipts()
    kinds = {parts_of(page.body)[0]["typ"]: page for page in pages}
    assert set(kinds) == {"consent-receipt+jwt", "binding-receipt+jwt"}
    consent = kinds["consent-receipt+jwt"]
    assert consent.headers["Content-Type"] == "application/jwt"
    assert "attachment" in consent.headers["Content-Disposition"]
    header, claims = chan.party.verify(consent.body)
    _, token = chan.party.verify(chan.tokens["id_token"])
    assert claims["iss"] == world.issuer and claims["sub"] == claims["pii_principal_id"] == token["sub"]
    processing = claims["pii_processing"]
    assert processing["release_policy"] == token["release_policy"]
    told = {field["pii_type"]: field["form"] for field in processing["pii_information"]}
    assert told and "value" in told.values()
    assert processing["retention_period"] and processing["lawful_basis"]
    assert [party["party_role"] for party in claims["party_identification"]] == ["recipient", "gateway"]
    assert claims["event"][0]["event_state"] == "consent given"
    assert not [value for value in PERSONAL if value in str(claims)]
    _, binding = chan.party.verify(kinds["binding-receipt+jwt"].body)
    assert binding["match"]["grade"] in ("strong", "exact") and not [v for v in PERSONAL if v in str(binding)]
    assert binding["sub"] != token["sub"], "a service can't recognise the person by it"


def test_the_command_proves_and_tells_a_receipt(world, chan):
    for page in chan.account.receipts():
        done = verify_receipt(world, page.body)
        assert done.returncode == 0 and done.stdout.startswith("ok: a receipt of "), done.stderr
        assert verify_receipt(world, page.body, "--json").stdout.startswith("{")
    consent = verify_receipt(world, chan.account.receipts()[0].body).stdout
    assert f"gateway         {world.issuer}\n" in consent and consent.endswith(f"withdraw at     {world.issuer}/account\n")
    assert re.search(r"^fields +\w+ as \w+$", consent, re.M) and re.search(r"^policy +\S+ \S+ sha256 ", consent, re.M)


def test_a_touched_receipt_is_refused(world, chan):
    text = chan.account.receipts()[0].body
    head, payload, signature = text.split(".")
    other = chan.tokens["id_token"]
    for touched in (head + "." + payload[:-6] + "AAAAAA." + signature, head + "." + payload + "." + signature[:-6] + "AAAAAA",
                    head + "." + payload + ".", head + "." + payload, "", "no receipt", other):
        done = verify_receipt(world, touched)
        assert done.returncode == 1 and "refused" in done.stderr and not done.stdout, touched[:40]


def test_a_receipt_of_another_gateway_is_refused(world, chan):
    path = world.folder / "receipt.jwt"
    path.write_text(chan.account.receipts()[0].body)
    (world.folder / "foreign.json").write_text('{"keys":[]}')
    done = subprocess.run([GATEWAY, "receipt", "verify", str(path), "--jwks", str(world.folder / "foreign.json")],
                          capture_output=True, text=True)
    assert done.returncode == 1 and not done.stdout
