# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""What a person sees who refuses, whose accounts do not match, who waits too long, goes back, or opens two tabs."""

import subprocess

import pytest
from flow_world import BUILD
from page_checks import check_page
from person import AT_A_DESK, IN_THE_HAND

HOUR = 3600


def test_refused_on_the_phone(person, world):
    chan = person()
    chan.sign_in()
    chan.scan("refuse")
    assert chan.at == world.portal and "access_denied" in chan.text("error")
    chan.check()


def test_the_profile_is_refused_on_the_phone(person, world):
    chan = person()
    chan.sign_in()
    chan.go(until="waiting")
    chan.send_profile("refuse")
    assert chan.at == world.portal and "access_denied" in chan.text("error")


@pytest.mark.parametrize("at, control", [("source-iamsmart", "cancel"), ("waiting", "cancel"), ("continue", "cancel"),
                                         ("confirm-binding", "cancel"), ("allow", "deny")])
def test_who_declines_is_back_at_the_service(person, world, at, control):
    if at not in ("waiting", "source-iamsmart"):
        world.hurry()
    chan = person()
    chan.sign_in("sign-in-any")
    chan.go(until=at)
    chan.press(control)
    assert chan.at == world.portal and "access_denied" in chan.text("error")
    chan.open(world.portal + "/")
    assert chan.has("sign-in")


@pytest.mark.parametrize("name, picture", [("cheung", "mismatch"), ("wong", "mismatch-weak")])
def test_accounts_that_do_not_match(person, world, name, picture):
    world.hurry(name)
    stranger = person(name, device=IN_THE_HAND, language="zh-Hant")
    stranger.sign_in()
    stranger.go(until="try-again")
    stranger.check_languages()
    stranger.chromium.become(AT_A_DESK, "zh-Hant")
    stranger.check(picture, focus=True)
    stranger.press("try-again")
    assert stranger.at == world.guangdong
    stranger.press("person-" + name)
    stranger.press("cancel")
    assert stranger.at == world.portal and stranger.has("error")


def test_who_picks_the_wrong_account_may_pick_another(person, world):
    world.hurry()
    chan = person("chan", account="lee")
    chan.sign_in()
    chan.go(until="try-again")
    chan.press("try-again")
    chan.account = "chan"
    chan.go()
    chan.call_service()


def test_who_comes_back_too_late_is_told(person, world):
    world.hurry()
    chan = person(language="zh-Hant", device=IN_THE_HAND)
    chan.sign_in()
    chan.go(until="continue")
    world.pass_time(2 * HOUR)
    chan.press("continue")
    assert chan.at == world.issuer and chan.text("error-code").startswith("Error code: ")
    chan.check()
    chan.chromium.become(AT_A_DESK, "zh-Hant")
    chan.check("error", focus=True)


def test_a_source_that_is_down_can_be_tried_again(person, world):
    world.hurry()
    chan = person(language="zh-Hant")
    world.turn(world.guangdong, "down", -1)
    chan.sign_in()
    chan.go(until="person-chan")
    chan.press("person-chan")
    assert chan.at == world.issuer and chan.has("try-again")
    chan.check("error-source", focus=True)
    world.turn(world.guangdong, "reset")
    chan.press("try-again")
    chan.go()
    chan.call_service()


def test_a_login_belongs_to_its_browser(person, world):
    world.hurry()
    chan = person()
    chan.sign_in()
    chan.go(until="continue")
    address = chan.driver.current_url
    thief = person("lee")
    thief.open(address)
    assert thief.has("error-code") and not thief.has("continue")
    thief.check()


def test_two_tabs_are_two_logins(person, world):
    world.hurry()
    chan = person(language="zh-Hant")
    chan.sign_in()
    chan.go(until="continue")
    chan.tab(1)
    chan.sign_in()
    chan.go(until="continue")
    chan.press("lang-en")
    chan.tab(0)
    assert chan.shown_language == "zh-Hant"
    chan.go(until="confirm-binding")
    chan.tab(1)
    assert chan.shown_language == "en"
    chan.go()
    chan.call_service()
    chan.tab(0)
    chan.go()
    chan.call_service()


def test_the_back_button_leads_on(person, world):
    world.hurry()
    chan = person()
    chan.sign_in()
    chan.go(until="continue")
    chan.go(until="confirm-binding")
    chan.back()
    assert chan.at == world.guangdong
    chan.back()
    chan.press("continue")
    assert chan.has("confirm-binding"), "an old page's button leads to where the login stands"
    chan.press("confirm-binding")
    chan.back()
    chan.go()
    chan.call_service()
    assert len(world.redis.command("KEYS", "bg:d:binding:*")) == 2, "one binding, found from either side"


def test_back_after_the_login_is_over(person, world):
    """Nothing can be pressed twice; the page says that this login is over."""
    world.hurry()
    chan = person()
    chan.sign_in()
    chan.go(until="allow")
    address = chan.driver.current_url
    chan.go()
    chan.open(address)
    assert chan.has("error-code") and not chan.has("allow")
    chan.open(world.portal + "/")
    chan.call_service()


def test_signed_out(person, world):
    """At the portal, and on the gateway's own page when there is no address to return to."""
    world.hurry()
    chan = person(language="zh-Hant")
    chan.sign_in()
    chan.go()
    chan.press("sign-out")
    assert chan.at == world.portal and chan.has("sign-in")
    chan.sign_in()
    assert not chan.has("signed-in"), "the gateway's session is over, too"
    chan.go()
    token = chan.driver.find_element("id", "id-token").get_attribute("textContent")
    chan.open(f"{world.issuer}/end_session?id_token_hint={token}")
    chan.check("signed-out", focus=True)
    chan.open(world.party("portal").attempt().url)
    assert chan.has("source-iamsmart"), "nobody is signed in any more"


def test_every_page_in_every_language_on_a_small_screen(person, world, tmp_path):
    """As made from the samples of the unit tests: also those that no story above comes by."""
    subprocess.run([BUILD / "tests" / "unit" / "pages" / "render-pages", tmp_path], check=True)
    reader = person(device=IN_THE_HAND)
    pages = sorted(tmp_path.glob("*.html"))
    assert len(pages) >= 24
    for page in pages:
        reader.open(page.as_uri())
        check_page(reader.chromium)
