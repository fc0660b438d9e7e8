# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""A person from Hong Kong signs in to a mainland portal: the first time, again, at a desk and on a phone."""

import json

from journey import Journey
from web_browser import PHONE


def test_the_first_login_binds_the_two_accounts(world, journey):
    chan = journey("portal")
    tokens = chan.finish()
    assert chan.pages == ["qr", "waiting", "continue", "person-chan", "confirm-binding", "allow"]
    claims = chan.party.check_id_token(tokens, chan.attempt)
    access = chan.party.check_access_token(tokens, "https://service.example")
    assert claims["sub"] == access["sub"] and claims["acr"] == access["acr"] == "urn:baygate:acr:low"
    assert claims["amr"] and claims["sid"] and "name" not in claims
    info = chan.party.userinfo(tokens["access_token"])
    assert info.status == 200 and json.loads(info.body)["sub"] == claims["sub"]


def test_a_repeat_login_needs_no_binding(world, journey):
    first = journey("portal").sign_in()
    again = journey("portal")
    assert again.sign_in()["sub"] == first["sub"]
    assert again.pages == ["qr", "waiting"], "neither the ceremony nor consent is asked for again"


def test_a_session_answers_without_the_phone(world, journey):
    chan = journey("portal")
    first = chan.sign_in()
    again = Journey(world, "portal", browser=chan.browser)
    assert again.sign_in()["sub"] == first["sub"]
    assert again.pages == []


def test_on_a_phone_the_app_opens_instead_of_a_qr_code(world):
    lee = Journey(world, "portal", "lee", browser=world.browser(PHONE))
    page = lee.begin()
    assert page.has("open-app") and not page.has("phone-link")
    claims = lee.sign_in(page)
    assert lee.pages[0] == "app" and claims["sub"]


def test_two_persons_are_two_subjects(journey):
    assert journey("portal", "chan").sign_in()["sub"] != journey("portal", "lee").sign_in()["sub"]


def test_sectors_see_different_subjects(world, journey):
    world.hurry()
    portal, mainland = journey("portal").sign_in(), journey("mainland").sign_in()
    assert portal["sub"] != mainland["sub"]
    assert portal["sub"] == journey("demanding").sign_in()["sub"], "one sector, one subject"


def test_the_mainland_account_alone_needs_no_binding(journey):
    lee = journey("mainland", "lee")
    lee.sign_in()
    assert lee.pages == ["person-lee", "allow"]


def test_a_hong_kong_service_needs_no_binding(world, journey):
    world.hurry()
    chan = journey("hongkong")
    info = json.loads(chan.party.userinfo(chan.finish()["access_token"]).body)
    assert chan.pages == ["waiting", "allow"]
    assert info["name"] == "陳大文" and info["birthdate"] == "1990-01-15" and info["gender"]


def test_openid_alone_asks_for_no_profile(world, journey):
    world.hurry()
    chan = journey("hongkong", scope="openid")
    assert set(chan.sign_in()) & {"name", "birthdate", "gender"} == set()
    assert "waiting" not in chan.pages


def test_the_chooser_offers_every_source(world, journey):
    world.hurry()
    chan = journey("everything")
    page = chan.begin()
    assert all(page.has("source-" + name) for name in ("iamsmart", "guangdong"))
    chan.sign_in(page)


def test_a_login_hint_skips_the_chooser(world, journey):
    chan = journey("everything", login_hint="iamsmart")
    assert chan.begin().has("phone-link")


def test_the_services_own_language_wins(world, journey):
    page = journey("everything", ui_locales="zh-Hant en").begin()
    assert page.reader.language == "zh-Hant"
    chan = journey("everything")
    page = chan.begin()
    assert page.reader.language == "en"
    page = chan.browser.press(page, "lang-zh-Hans")
    assert page.reader.language == "zh-Hans"
    assert chan.browser.open(page.url.partition("?")[0]).reader.language == "zh-Hans", "it stays so"


def test_the_consent_page_lists_what_the_service_will_get(world, journey):
    world.hurry()
    chan = journey("hongkong")
    page = chan.go(until="allow")
    assert "Date of birth" in page.body and "Gender" in page.body
    assert "phone" not in page.text("main").lower(), "what was not asked for is not listed"


def test_who_consents_to_nothing_gives_nothing(world, journey):
    world.hurry()
    chan = journey("hongkong")
    page = chan.browser.press(chan.go(until="deny"), "deny")
    assert chan.attempt.error(page) == "access_denied"


def test_more_scope_asks_for_consent_again(world, journey):
    world.hurry()
    journey("hongkong", scope="openid").sign_in()
    chan = journey("hongkong", scope="openid profile")
    chan.sign_in()
    assert "allow" in chan.pages
