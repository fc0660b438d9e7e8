# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""A whole login in a browser, in each language, at a desk and on a phone, with and without the binding. Scripts are off
in all of them."""

import pytest
from page_checks import LANGUAGES
from person import IN_THE_HAND
from program import wait_until
from web_browser import Page


def test_scripts_are_off(person, world):
    reader = person()
    reader.open("data:text/html,<title>off</title><script>document.title = 'on'</script>")
    assert reader.driver.title == "off"


def test_the_first_login_and_a_repeat_login(person, world):
    """With a phone that is a second tab, and pages that go on by themselves."""
    chan = person("chan", language="zh-Hant,zh;q=0.9")
    chan.open(world.portal + "/")
    chan.check("portal")
    chan.press("sign-in-any")
    chan.check("chooser", focus=True)
    chan.press("source-iamsmart")
    chan.check("iamsmart-qr-code")
    chan.press("phone-link")
    chan.tab(1)
    chan.choose("chan")
    chan.check("iamsmart-phone")
    chan.press("approve")
    chan.tab(0)
    wait_until(chan.is_waiting, "the waiting page comes by itself")
    chan.check("waiting", focus=True)
    chan.tab(1)
    chan.open(world.iamsmart + "/phone")
    chan.check("iamsmart-phone-profile")
    chan.press("approve")
    chan.tab(0)
    wait_until(lambda: chan.has("continue"), "the waiting page goes on by itself")
    chan.check("ceremony", focus=True)
    chan.press("continue")
    chan.check("guangdong")
    chan.press("person-chan")
    chan.check("confirm", focus=True)
    chan.press("confirm-binding")
    chan.check("consent", focus=True)
    chan.press("allow")
    chan.call_service()
    chan.check("portal-signed-in")
    first = chan.subject()

    again = person("chan", language="zh-Hant")
    again.sign_in()
    again.go()
    assert again.pressed == ["sign-in", "qr", "waiting"], "neither binding nor consent is asked for again"
    again.call_service()
    assert again.subject() == first


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_the_language_of_the_browser(person, world, language):
    lee = person("lee", language={"zh-Hant": "zh-HK", "zh-Hans": "zh-CN", "en": "en-GB"}[language] + ",fr;q=0.5")
    lee.sign_in("sign-in-any")
    for control, name in (("source-iamsmart", "chooser"), ("waiting", "waiting"), ("continue", "ceremony"),
                          ("confirm-binding", "confirm"), ("allow", "consent")):
        lee.go(until=control)
        assert lee.shown_language == language
        pictured = language != "zh-Hant" and name in ("chooser", "waiting", "consent")
        lee.check(f"{name}-{language}" if pictured else None)
    lee.go()
    lee.call_service()
    first = lee.subject()

    again = person("lee", language=language)
    again.sign_in()
    again.go()
    assert "confirm-binding" not in again.pressed and again.subject() == first


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_the_language_that_the_service_asks_for(person, world, language):
    world.hurry()
    other = "en" if language != "en" else "zh-Hans"
    chan = person(language=other)
    attempt = world.party("portal").attempt(ui_locales=f"fr {language}")
    chan.open(attempt.url)
    for control in ("source-iamsmart", "continue", "confirm-binding", "allow"):
        chan.go(until=control)
        assert chan.shown_language == language
    chan.press("allow")
    assert attempt.tokens(Page(chan.driver.current_url))["id_token"]
    assert all("ERR_CONNECTION_REFUSED" in each for each in chan.chromium.complaints()), "nothing listens there"


def test_the_switch_changes_the_rest_of_the_login(person, world):
    world.hurry()
    chan = person(language="en")
    chan.sign_in()
    chan.go(until="continue")
    assert chan.shown_language == "en"
    english = chan.heading
    chan.press("lang-zh-Hans")
    assert chan.shown_language == "zh-Hans" and chan.heading != english
    chan.press("continue")
    chan.go(until="confirm-binding")
    assert chan.shown_language == "zh-Hans"
    chan.press("lang-zh-Hant")
    chan.press("confirm-binding")
    assert chan.has("allow") and chan.shown_language == "zh-Hant"
    chan.picture("consent-dark", dark=True)
    chan.press("allow")
    chan.call_service()


def test_on_a_phone(person, world):
    """The app is on the same device: it is opened by a link, and the browser is come back to."""
    lee = person("lee", device=IN_THE_HAND, language="zh-Hant")
    lee.open(world.portal + "/")
    lee.check("narrow-portal")
    lee.press("sign-in-any")
    lee.check_languages()
    lee.check("narrow-chooser")
    lee.press("source-iamsmart")
    assert not lee.has("phone-link")
    lee.check()
    lee.press("open-app")
    lee.choose("lee")
    lee.check()
    lee.press("approve")
    wait_until(lee.is_waiting, "the waiting page")
    lee.check_languages()
    lee.check("narrow-waiting", focus=True)
    lee.open_app()
    lee.check()
    lee.press("approve")
    lee.check()
    lee.tab(0)
    wait_until(lambda: lee.has("continue"), "the page goes on by itself")
    lee.check_languages()
    lee.press("continue")
    lee.check()
    lee.press("person-lee")
    lee.check_languages()
    lee.check("narrow-confirm")
    lee.press("confirm-binding")
    lee.check_languages()
    lee.check("narrow-consent", focus=True)
    lee.press("allow")
    lee.call_service()
    lee.check()

    again = person("lee", device=IN_THE_HAND, language="zh-Hans")
    world.turn(world.iamsmart, "profile", "approve")
    again.sign_in()
    again.go()
    assert "confirm-binding" not in again.pressed


def test_the_mainland_account_is_a_way_to_sign_in_too(person, world):
    chan = person()
    chan.sign_in("sign-in-any")
    chan.press("source-guangdong")
    chan.press("person-chan")
    chan.go()
    chan.call_service()
