# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""A level that is too low: what could raise it is offered once, on a page that says why; what comes back is checked
like any login; and where nothing would help the service is told unmet_authentication_requirements."""

import json
import time

import pytest
import yaml
from flow_world import ASSURANCE, World
from journey import Journey, is_waiting
from web_browser import exchange

LOW, SUBSTANTIAL, REINFORCED, HIGH = (
    "urn:baygate:acr:" + name for name in ("low", "substantial", "reinforced", "high"))
MINUTE, HOUR = 60, 3600


def must(*levels):
    return json.dumps({"id_token": {"acr": {"essential": True, "values": levels}, "name": None}})


class StepUpWorld(World):
    """iAM Smart may be asked for re-authentication; its "default" users are worth one factor, Guangdong's L3 as much as
    a re-authentication."""

    def source(self, name, kind, jurisdiction, **settings):
        more = {"re_authentication": True} if kind == "iamsmart" else {}
        return super().source(name, kind, jurisdiction, **more, **settings)

    def clients(self):
        bound = {"jurisdiction": "CN", "binding_source": "guangdong", "purpose": "public-service"}
        return [self.client("mainland", sources=["guangdong"]), self.client("hk"),
                self.client("both", sources=["iamsmart", "guangdong"]),
                self.client("strict", sources=["iamsmart", "guangdong"], acr_minimum=SUBSTANTIAL),
                self.client("bound", **bound), self.client("bound-both", sources=["iamsmart", "guangdong"], **bound),
                {**self.client("sandbox-portal"), "client_secret": "sandbox-portal-secret"}]

    def write_catalogue(self):
        return self.write("catalogue.yaml", {"items": [
            self.item("permit", clients=["hk"], acr_minimum=REINFORCED),
            self.item("enquiry", clients=["hk"], acr_minimum=LOW)]})

    def settings(self, n=0):
        levels = yaml.safe_load(ASSURANCE.read_text())
        for row in levels["levels"]:
            if row["native"] == "default":
                row["aal"] = 1
                row["aging"] = [{"after": "12h", "aal": 0}]
            if row["native"] == "L3":
                row.update(aal=3, fal=2)
        return {**super().settings(n), "lifetimes": {"session": "24h"},
                "assurance": str(self.write("assurance.yaml", levels))}


@pytest.fixture(scope="module")
def step_up_world():
    with StepUpWorld("step-up") as world:
        yield world


@pytest.fixture
def world(step_up_world):
    step_up_world.calm()
    yield step_up_world
    step_up_world.check_clean()


@pytest.fixture
def journey(world):
    return lambda client, *args, **params: Journey(world, client, *args, **params)


def at_guangdong(journey, client, person, **params):
    """Somebody who has signed in at Guangdong with too low a level, and the page that follows."""
    someone = journey(client, person, login_hint="guangdong", **params)
    return someone, someone.browser.press(someone.begin(), "person-" + person)


def at_iamsmart(world, journey, client, person="chan", **params):
    """The same for iAM Smart; from here on the phone asks."""
    world.hurry(person)
    someone = journey(client, person, login_hint="iamsmart", **params)
    page = someone.go(until="way-iamsmart")
    world.turn(world.iamsmart, "auto_person", "off")
    return someone, page


def re_authenticate(someone, page, until="waiting"):
    """Presses the button, scans the QR code; then the app asks."""
    return someone.go(someone.browser.press(page, "way-iamsmart"), until)


def controls(page):
    return sorted(name for name in page.reader.buttons if name)


# ------------------------------------------------------------------------------------------------ another source


def test_one_source_that_can_not_reach_it(journey):
    someone, page = at_guangdong(journey, "mainland", "chan", claims=must(SUBSTANTIAL))
    assert someone.attempt.error(page) == "unmet_authentication_requirements"


@pytest.mark.parametrize("client, params", [("both", {"claims": must(HIGH, SUBSTANTIAL)}), ("strict", {})])
def test_a_higher_source_is_offered_and_its_level_counts(world, journey, client, params):
    chan, page = at_guangdong(journey, client, "chan", **params)
    assert controls(page) == ["cancel", "way-iamsmart"] and page.status == 200
    assert "Service " + client in page.body and "Source guangdong" in page.body
    world.hurry()
    claims = chan.sign_in(chan.browser.press(page, "way-iamsmart"))
    assert claims["acr"] == SUBSTANTIAL and "hwk" in claims["amr"]


def test_a_level_that_nothing_reaches(journey):
    someone, page = at_guangdong(journey, "both", "chan", claims=must(HIGH))
    assert someone.attempt.error(page) == "unmet_authentication_requirements"


def test_a_level_that_is_only_a_wish_leads_nowhere(journey):
    someone, page = at_guangdong(journey, "both", "chan", acr_values=SUBSTANTIAL)
    assert someone.sign_in(page)["acr"] == LOW


def test_once_and_not_again(world, journey):
    """Wong's iAM Smart is too low as well. A re-authentication would help now, but one step-up is enough."""
    wong, page = at_guangdong(journey, "both", "wong", claims=must(SUBSTANTIAL))
    world.hurry("wong")
    assert wong.refused(wong.browser.press(page, "way-iamsmart")) == "unmet_authentication_requirements"


def test_who_declines(world, journey):
    chan, page = at_guangdong(journey, "both", "chan", claims=must(SUBSTANTIAL))
    assert chan.attempt.error(chan.browser.press(page, "cancel")) == "access_denied"
    assert chan.browser.open(page.url).error_code, "the login is over"


def test_a_higher_source_that_is_down_can_be_tried_again(world, journey):
    chan, page = at_guangdong(journey, "both", "chan", claims=must(SUBSTANTIAL))
    world.hurry()
    world.turn(world.iamsmart, "down", 1)
    page = chan.browser.press(page, "way-iamsmart")
    assert page.status == 503 and page.has("try-again")
    page = chan.browser.press(page, "try-again")
    assert page.has("way-iamsmart")
    assert chan.sign_in(page)["acr"] == SUBSTANTIAL


# ------------------------------------------------------------------------------------------------------ the page


@pytest.mark.parametrize("tag, heading", [("en", "A stronger sign-in is needed"), ("zh-Hant", "需要更高級別的登入"),
                                          ("zh-Hans", "需要更高级别的登录")])
def test_the_page_says_why_in_three_languages(journey, tag, heading):
    chan, page = at_guangdong(journey, "both", "chan", claims=must(SUBSTANTIAL), ui_locales=tag)
    assert page.reader.language == tag and page.heading == heading
    other = chan.browser.press(page, "lang-en")
    assert other.heading == "A stronger sign-in is needed" and controls(other) == controls(page)
    chan.browser.press(other, "cancel")


def test_forged_and_foreign_forms(world, journey):
    chan, page = at_guangdong(journey, "both", "chan", claims=must(SUBSTANTIAL))
    assert chan.browser.press(page, "way-iamsmart", csrf="A" * 22).status == 403
    stranger = world.browser()
    assert stranger.open(page.url).status == 403 and stranger.press(page, "way-iamsmart").status == 403
    # Allowing, or binding, is not what this page is for; it is shown again.
    for decision in ("allow", "confirm", "continue", "deny"):
        again = chan.browser.open(page.url, "POST", f"{csrf_of(page)}&decision={decision}")
        assert controls(again) == controls(page), decision
    # A source that is no way up is none.
    refused = chan.browser.open(page.url, "POST", f"{csrf_of(page)}&source=guangdong")
    assert refused.arrived and refused.params["error"] == "invalid_request"


def csrf_of(page):
    fields = dict(page.reader.buttons["cancel"][0][0].fields)
    return "csrf=" + fields["csrf"]


def test_back_from_the_source_without_its_answer(world, journey):
    chan, page = at_guangdong(journey, "both", "chan", claims=must(SUBSTANTIAL))
    shown = chan.browser.press(page, "way-iamsmart")
    assert shown.has("phone-link")
    again = chan.browser.open(page.url)
    assert controls(again) == controls(page)
    world.hurry()
    chan.sign_in(again)


# ---------------------------------------------------------------------------------------------- re-authentication


def test_re_authentication(world, journey):
    chan, page = at_iamsmart(world, journey, "hk", claims=must(REINFORCED))
    assert controls(page) == ["cancel", "way-iamsmart"]
    page = re_authenticate(chan, page)
    phone = chan.phone.open(world.iamsmart + "/phone")
    assert "re-auth" in phone.reader.texts and phone.has("approve")
    chan.decide_profile()
    claims = chan.sign_in(chan.await_notice(page))
    assert claims["acr"] == REINFORCED
    assert claims["name"] == "陳大文", "what the first login told is still known"


def test_re_authentication_from_a_phone(world, journey):
    """The app is opened by a link on the same device."""
    world.hurry()
    chan = journey("hk", browser=world.phone(), claims=must(REINFORCED))
    page = chan.go(until="way-iamsmart")
    world.turn(world.iamsmart, "auto_person", "off")
    page = re_authenticate(chan, page)
    assert page.reader.links["open-app"].startswith("hk.gov.iamsmart://re-auth?ticketID=")
    chan.decide_profile()
    assert chan.sign_in(chan.await_notice(page))["acr"] == REINFORCED


@pytest.mark.parametrize("decision", ["refuse", "cancel", "timeout"])
def test_re_authentication_that_the_person_does_not_give(world, journey, decision):
    chan, page = at_iamsmart(world, journey, "hk", claims=must(REINFORCED))
    page = re_authenticate(chan, page)
    chan.decide_profile(decision)
    assert chan.attempt.error(chan.await_notice(page)) == "access_denied"


@pytest.mark.parametrize("decision", ["refuse", "fail", "timeout"])
def test_re_authentication_that_fails_at_the_platform(world, journey, decision):
    chan, page = at_iamsmart(world, journey, "hk", claims=must(REINFORCED))
    world.turn(world.iamsmart, "step_up", decision)
    assert chan.attempt.error(chan.await_notice(re_authenticate(chan, page))) == "access_denied"


@pytest.mark.parametrize("code, error", [("D20012", "server_error"), ("D20009", "access_denied")])
def test_a_platform_that_does_not_do_it(world, journey, code, error):
    chan, page = at_iamsmart(world, journey, "hk", claims=must(REINFORCED))
    page = chan.browser.press(page, "way-iamsmart")
    phone = chan.phone.press(chan.phone.press(page, "phone-link"), "approve", person="chan")
    assert phone.status == 200
    world.turn(world.iamsmart, "next_code", code)
    assert chan.attempt.error(chan.browser.again(page)) == error


def test_somebody_else_confirms(world, journey):
    chan, page = at_iamsmart(world, journey, "hk", claims=must(REINFORCED))
    chan.person = "lee"
    page = re_authenticate(chan, page)
    chan.decide_profile()
    assert chan.attempt.error(chan.await_notice(page)) == "access_denied"


def notices(world):
    return len([line for line in world.log_lines() if line.get("route") == "/notify/{source}"])


def test_a_notice_that_comes_three_times(world, journey):
    chan, page = at_iamsmart(world, journey, "hk", claims=must(REINFORCED))
    world.turn(world.iamsmart, "callback_copies", 3)
    page = re_authenticate(chan, page)
    chan.decide_profile()
    assert chan.sign_in(chan.await_notice(page))["acr"] == REINFORCED


@pytest.mark.parametrize("knob", ["callback_garbage", "callback_foreign_state"])
def test_a_foreign_notice_moves_nothing(world, journey, knob):
    chan, page = at_iamsmart(world, journey, "hk", claims=must(REINFORCED))
    page = re_authenticate(chan, page)
    world.turn(world.iamsmart, knob, "on")
    before = notices(world)
    chan.decide_profile()
    while notices(world) == before:
        time.sleep(0.02)
    page = chan.browser.again(page)
    assert is_waiting(page)
    assert chan.attempt.error(chan.browser.press(page, "cancel")) == "access_denied"


def test_a_strangers_notice_gets_the_usual_answer(world, journey):
    chan, page = at_iamsmart(world, journey, "hk", claims=must(REINFORCED))
    page = re_authenticate(chan, page)
    body = json.dumps({"code": "D00000", "secretKey": "AAAA", "content": "AAAA"})
    answer = exchange("POST", world.issuer + "/notify/iamsmart", {"Content-Type": "application/json"}, body)
    assert (answer.status, answer.body) == (200, b"{}")
    assert is_waiting(chan.browser.again(page))


def test_the_callback_of_a_step_up_counts_once(world, journey):
    chan, page = at_iamsmart(world, journey, "hk", claims=must(REINFORCED))
    re_authenticate(chan, page)
    callback = next(url for url in reversed(chan.browser.visited) if "/callback/iamsmart" in url)
    again = chan.browser.open(callback)
    assert not again.arrived and again.status == 400 and again.error_code == "invalid_request"


def test_the_first_legs_callback_does_not_answer_the_step_up(world, journey):
    chan, page = at_iamsmart(world, journey, "hk", claims=must(REINFORCED))
    first = next(url for url in reversed(chan.browser.visited) if "/callback/iamsmart" in url)
    chan.browser.press(page, "way-iamsmart")
    again = chan.browser.open(first)
    assert not again.arrived and again.error_code == "invalid_request"


def test_an_item_that_needs_more(world, journey):
    item = "https://service.example/items/"
    world.hurry()
    assert journey("hk", resource=item + "enquiry").sign_in()["acr"] == SUBSTANTIAL
    chan, page = at_iamsmart(world, journey, "hk", resource=item + "permit")
    assert "Item permit" in page.body
    world.turn(world.iamsmart, "step_up", "approve")
    page = re_authenticate(chan, page)
    assert chan.sign_in(chan.await_notice(page))["acr"] == REINFORCED


# ---------------------------------------------------------------------------------------------------- the binding


def test_a_binding_caps_the_step_up(world, journey):
    """Chan's mainland account has one factor: more from iAM Smart would not be more for this service."""
    world.hurry()
    journey("bound").sign_in()
    chan = journey("bound", claims=must(REINFORCED))
    assert chan.refused() == "unmet_authentication_requirements" and "way-iamsmart" not in chan.pages
    assert journey("bound", claims=must(SUBSTANTIAL)).refused() == "unmet_authentication_requirements"


def test_bound_and_at_the_other_source_enough(world, journey):
    """At the source that others are bound to no binding caps; lee is fully verified there."""
    world.hurry("lee")
    first = journey("bound-both", "lee", account="chan", login_hint="guangdong")
    first.sign_in(first.browser.press(first.begin(), "person-chan"))
    lee, page = at_guangdong(journey, "bound-both", "lee", claims=must(SUBSTANTIAL))
    assert lee.sign_in(page)["acr"] == REINFORCED


def test_bound_and_re_authenticated(world, journey):
    """Lee's mainland account caps nothing: the binding stays, and the service knows lee by the same name."""
    world.hurry("lee")
    world.turn(world.iamsmart, "step_up", "approve")
    first = journey("bound", "lee").sign_in()
    lee = journey("bound", "lee", claims=must(REINFORCED))
    claims = lee.sign_in()
    assert first["acr"] == SUBSTANTIAL and claims["acr"] == REINFORCED and claims["sub"] == first["sub"]
    assert "way-iamsmart" in lee.pages and "confirm-binding" not in lee.pages


def test_bound_and_stepped_up_in_one_go(world, journey):
    """The ceremony first, since the binding says what can help."""
    world.hurry("lee")
    world.turn(world.iamsmart, "step_up", "approve")
    lee = journey("bound", "lee", claims=must(REINFORCED))
    assert lee.sign_in()["acr"] == REINFORCED
    assert lee.pages.index("confirm-binding") < lee.pages.index("way-iamsmart")


# ------------------------------------------------------------------------------------------- sessions, max_age, time


def test_a_session_that_is_too_low_goes_straight_to_what_helps(world, journey):
    first, page = at_guangdong(journey, "both", "chan")
    assert first.sign_in(page)["acr"] == LOW
    again = Journey(world, "both", browser=first.browser, claims=must(SUBSTANTIAL))
    page = again.begin()
    assert page.has("phone-link"), "neither chooser nor page in between"
    world.hurry()
    claims = again.sign_in(again.scan(page))
    assert claims["acr"] == SUBSTANTIAL


def test_a_session_is_confirmed_once_more(world, journey):
    world.hurry()
    world.turn(world.iamsmart, "step_up", "approve")
    chan = journey("hk")
    first = chan.sign_in()
    world.pass_time(HOUR)
    again = Journey(world, "hk", browser=chan.browser, claims=must(REINFORCED))
    claims = again.sign_in()
    assert claims["acr"] == REINFORCED and "way-iamsmart" not in again.pages
    assert claims["auth_time"] > first["auth_time"] and claims["sid"] == first["sid"] and claims["name"] == "陳大文"
    # It holds for a while, and then it is due again.
    silent = Journey(world, "hk", browser=chan.browser, claims=must(REINFORCED), prompt="none")
    assert silent.sign_in()["acr"] == REINFORCED
    world.pass_time(16 * MINUTE)
    late = Journey(world, "hk", browser=chan.browser, claims=must(REINFORCED), prompt="none")
    assert late.refused() == "login_required"
    assert Journey(world, "hk", browser=chan.browser, prompt="none").sign_in()["acr"] == SUBSTANTIAL
    assert Journey(world, "hk", browser=chan.browser, claims=must(REINFORCED)).sign_in()["acr"] == REINFORCED


def test_an_old_session_leads_to_the_same_source_again(world, journey):
    """Only time made it too low; with one way there is no page, with two there is."""
    first, page = at_guangdong(journey, "mainland", "lee")
    assert first.sign_in(page)["acr"] == REINFORCED
    world.pass_time(9 * HOUR)
    assert Journey(world, "mainland", "lee", browser=first.browser, prompt="none").sign_in()["acr"] == LOW
    page = Journey(world, "both", "lee", browser=first.browser, claims=must(SUBSTANTIAL)).begin()
    assert controls(page) == ["cancel", "way-guangdong", "way-iamsmart"]
    assert "some time ago" in page.body
    again = Journey(world, "mainland", "lee", browser=first.browser, claims=must(SUBSTANTIAL))
    assert again.sign_in()["acr"] == REINFORCED and again.pages[0] == "person-lee"


def test_max_age_and_a_level(world, journey):
    """The session is too old; the new login is recent enough, however long the step-up takes."""
    world.hurry()
    chan = journey("hk")
    chan.sign_in()
    world.pass_time(10 * MINUTE)
    again = Journey(world, "hk", browser=chan.browser, claims=must(REINFORCED), max_age="5")
    page = again.go(until="way-iamsmart")
    world.pass_time(MINUTE)
    world.turn(world.iamsmart, "step_up", "approve")
    claims = again.sign_in(page)
    assert claims["acr"] == REINFORCED and claims["auth_time"] >= world.now() - 10


def test_prompt_none_never_shows_the_page(world, journey):
    first, page = at_guangdong(journey, "both", "chan")
    first.sign_in(page)
    silent = Journey(world, "both", browser=first.browser, claims=must(SUBSTANTIAL), prompt="none")
    assert silent.refused() == "login_required" and silent.pages == []


def test_what_is_told_of_the_verification(world, journey):
    """The framework's own word stays its own; what the step-up is worth is in the vector."""
    world.hurry()
    world.turn(world.iamsmart, "step_up", "approve")
    verification = {"trust_framework": None, "assurance_level": None, "assurance_process": None}
    wish = {"acr": {"essential": True, "value": REINFORCED},
            "verified_claims": {"verification": verification, "claims": {"name": None}}}
    told = journey("hk", claims=json.dumps({"id_token": wish})).sign_in()["verified_claims"]
    assert told["verification"]["assurance_level"] == "sign" and told["claims"] == {"name": "陳大文"}
    details = told["verification"]["assurance_process"]["assurance_details"]
    assert {each["assurance_type"]: each["assurance_classification"] for each in details} == {
        "ial": "2", "aal": "3", "fal": "2"}
