# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""Somebody who came for more than the first sign-in is good for: the page that says so, and the way up."""

import pytest
from page_checks import LANGUAGES
from person import AT_A_DESK, IN_THE_HAND


def come_for_a_permit(person, world, name, **device):
    """At the page, after a login at iAM Smart."""
    world.hurry(name)
    someone = person(name, **device)
    item = "https://service.example/items/permit"
    attempt = world.party("registry").attempt(resource=item, redirect_uri=world.portal + "/", login_hint="iamsmart")
    someone.open(attempt.url)
    someone.go(until="way-iamsmart")
    world.turn(world.iamsmart, "auto_person", "off")
    return someone


def test_the_way_up(person, world):
    """The page on a screen of 360 px and on a large one; then once more in the app."""
    chan = come_for_a_permit(person, world, "chan", device=IN_THE_HAND, language="zh-Hant")
    assert chan.has("cancel") and not chan.has("way-guangdong"), "only what helps is offered"
    chan.check("narrow-step-up", focus=True)
    chan.chromium.become(AT_A_DESK, "zh-Hant")
    chan.check("step-up", focus=True)
    chan.press("way-iamsmart")
    chan.go(until="waiting")
    chan.check()
    chan.decide_profile()
    chan.wait_no_more()
    chan.go(until="sign-in")
    assert "code=" in chan.driver.current_url and chan.at == world.portal


def test_every_language(person, world):
    chan = come_for_a_permit(person, world, "chan", device=IN_THE_HAND)
    chan.check_languages()
    headings = set()
    for language in LANGUAGES:
        chan.press("lang-" + language)
        headings.add(chan.heading)
    assert len(headings) == 3


@pytest.mark.parametrize("decision", ["page", "app"])
def test_who_does_not_want_it_is_back_at_the_service(person, world, decision):
    chan = come_for_a_permit(person, world, "chan")
    if decision == "page":
        chan.press("cancel")
    else:
        chan.press("way-iamsmart")
        chan.go(until="waiting")
        chan.decide_profile("refuse")
        chan.wait_no_more()
    assert chan.at == world.portal and "error=access_denied" in chan.driver.current_url


def test_the_back_button_leads_on(person, world):
    chan = come_for_a_permit(person, world, "chan")
    chan.press("way-iamsmart")
    chan.back()
    assert chan.has("way-iamsmart")
    world.turn(world.iamsmart, "step_up", "approve")
    chan.press("way-iamsmart")
    chan.scan()
    chan.wait_no_more()
    assert chan.has("allow")
