# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""People who say no, wait too long, or are not who the other account says."""

import pytest


@pytest.mark.parametrize("decision", ["refuse", "cancel", "timeout"])
def test_a_login_that_the_phone_does_not_approve(journey, decision):
    chan = journey("portal")
    page = chan.scan(chan.go(until="phone-link"), decision)
    assert chan.attempt.error(page) == "access_denied"


@pytest.mark.parametrize("form", ["bare", "error_code"])
def test_both_forms_of_denial_are_understood(world, journey, form):
    world.turn(world.iamsmart, "deny_form", form)
    chan = journey("portal")
    page = chan.scan(chan.go(until="phone-link"), "refuse")
    assert chan.attempt.error(page) == "access_denied"


@pytest.mark.parametrize("decision", ["refuse", "cancel", "timeout"])
def test_a_profile_that_is_not_sent(journey, decision):
    chan = journey("portal")
    page = chan.send_profile(chan.go(until="waiting"), decision)
    assert chan.attempt.error(page) == "access_denied"


def test_cancel_while_waiting_for_the_phone(world, journey):
    chan = journey("portal")
    page = chan.browser.press(chan.go(until="waiting"), "cancel")
    assert chan.attempt.error(page) == "access_denied"
    chan.decide_profile()  # the phone comes too late; nobody waits for it any more


def test_cancel_at_the_chooser_and_in_the_ceremony(world, journey):
    someone = journey("everything")
    assert someone.attempt.error(someone.browser.press(someone.begin(), "cancel")) == "access_denied"
    world.hurry()
    chan = journey("portal")
    assert chan.attempt.error(chan.browser.press(chan.go(until="continue"), "cancel")) == "access_denied"
    chan = journey("portal")
    assert chan.attempt.error(chan.browser.press(chan.go(until="confirm-binding"), "cancel")) == "access_denied"
    chan = journey("portal")
    chan.sign_in()
    assert "confirm-binding" in chan.pages, "nothing had been bound before"


def test_refusing_at_the_mainland_side(world, journey):
    world.hurry()
    chan = journey("portal")
    page = chan.go(until="person-chan")
    assert chan.attempt.error(chan.browser.press(page, "refuse")) == "access_denied"


def test_a_weak_match_is_not_bound(world, journey):
    world.hurry("wong")
    wong = journey("portal", "wong")
    page = wong.go(until="try-again")
    assert "黃志強" in page.body and "黄志刚" in page.body, "the person sees what differs"
    assert "1978-08-04" not in page.body, "but no more than is needed"
    assert wong.attempt.error(wong.browser.press(page, "cancel")) == "access_denied"
    assert_nobody_is_bound(world)


def test_somebody_elses_account_is_no_match(world, journey):
    world.hurry("chan")
    chan = journey("portal", "chan", account="lee")
    page = chan.go(until="try-again")
    assert not page.has("confirm-binding")
    assert chan.attempt.error(chan.browser.press(page, "cancel")) == "access_denied"
    assert_nobody_is_bound(world)


def test_another_date_of_birth_is_no_match(world, journey):
    world.hurry("cheung")
    cheung = journey("portal", "cheung")
    assert cheung.go(until="try-again").has("cancel")
    assert_nobody_is_bound(world)


def test_after_a_mismatch_the_right_account_can_be_tried(world, journey):
    world.hurry("chan")
    chan = journey("portal", "chan", account="lee")
    page = chan.browser.press(chan.go(until="try-again"), "try-again")
    chan.account = "chan"
    assert chan.sign_in(page)["sub"]


def test_a_level_below_the_services_minimum_is_refused(world, journey):
    world.hurry("lam")
    lam = journey("hongkong", "lam", claims='{"id_token":{"acr":{"essential":true,"value":"urn:baygate:acr:high"}}}')
    assert lam.refused() == "unmet_authentication_requirements"


def assert_nobody_is_bound(world):
    assert not [key for key in world.redis.content() if key.startswith(b"bg:d:binding:")]
