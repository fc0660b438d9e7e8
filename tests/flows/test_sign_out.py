# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""A service ends the session that it stands for (OpenID Connect RP-Initiated Logout 1.0)."""

import urllib.parse

import pytest
from journey import Journey


@pytest.fixture
def signed_in(world, journey):
    world.hurry()
    chan = journey("leaving")
    chan.tokens = chan.finish()
    return chan


def leave(world, browser, **params):
    return browser.open(world.issuer + "/end_session?" + urllib.parse.urlencode(params))


def is_signed_in(world, chan):
    silent = Journey(world, "leaving", browser=chan.browser, prompt="none")
    return "error" not in silent.attempt.returned(silent.begin())


def test_signing_out_ends_the_session(world, signed_in):
    assert is_signed_in(world, signed_in)
    page = leave(world, signed_in.browser, id_token_hint=signed_in.tokens["id_token"], state="s t",
                 post_logout_redirect_uri=world.redirect_uri + "/goodbye")
    assert page.arrived and page.params == {"state": "s t"}
    assert not is_signed_in(world, signed_in)


def test_without_an_address_a_page_says_so(world, signed_in):
    page = leave(world, signed_in.browser, id_token_hint=signed_in.tokens["id_token"])
    assert page.status == 200 and page.reader.headings
    assert not is_signed_in(world, signed_in)


def test_nobody_is_signed_out_by_a_stranger(world, signed_in):
    token = signed_in.tokens["id_token"]
    for params in ({}, {"client_id": "leaving"}, {"id_token_hint": "a.b.c"}, {"id_token_hint": token[:-4] + "AAAA"},
                   {"id_token_hint": token, "client_id": "hongkong"},
                   {"id_token_hint": token, "post_logout_redirect_uri": "https://evil.example/"}):
        page = leave(world, signed_in.browser, **params)
        assert not page.arrived and page.status in (400, 401), params
    assert is_signed_in(world, signed_in)


def test_an_older_sessions_token_ends_no_newer_session(world, signed_in):
    old = signed_in.tokens["id_token"]
    world.hurry("lee")
    lee = Journey(world, "leaving", browser=signed_in.browser, prompt="login")
    lee.finish()
    leave(world, lee.browser, id_token_hint=old)
    assert is_signed_in(world, lee)


def test_signing_in_again_goes_on_with_the_session(world, signed_in):
    """The same person, under a new cookie: what the session has given stays, and the services know it by the same id."""
    party, cookies = signed_in.party, dict(signed_in.browser.cookies)
    before = {site: dict(jar) for site, jar in cookies.items()}
    again = Journey(world, "leaving", browser=signed_in.browser, prompt="login")
    claims = again.sign_in()
    assert claims["sid"] == party.verify(signed_in.tokens["id_token"])[1]["sid"]
    site = world.issuer.removeprefix("http://")
    assert again.browser.cookies[site]["bg-session"] != before[site]["bg-session"]
    assert party.userinfo(signed_in.tokens["access_token"]).status == 200


def test_another_person_in_the_same_browser_ends_the_session(world, signed_in):
    world.hurry("lee")
    Journey(world, "leaving", browser=signed_in.browser, prompt="login").finish()
    assert signed_in.party.userinfo(signed_in.tokens["access_token"]).status == 401


def test_signing_out_revokes_what_the_session_gave(world, signed_in):
    assert signed_in.party.userinfo(signed_in.tokens["access_token"]).status == 200
    leave(world, signed_in.browser, id_token_hint=signed_in.tokens["id_token"])
    assert signed_in.party.userinfo(signed_in.tokens["access_token"]).status == 401
