# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""Revocation: a client gives a token back, and with it everything that its grant gave, at once and on every node; nobody
can do that to another client's tokens."""

import pytest
from account_page import Account
from relying_party import answer_json
from test_audit import events_since, last_record
from web_browser import exchange


@pytest.fixture
def signed_in(world, journey):
    def go(client="refreshing", **params):
        world.hurry()
        chan = journey(client, **params)
        chan.tokens = chan.finish()
        return chan
    return go


def is_live(chan, port):
    """All or nothing: an access token and a refresh token of one grant live and end together."""
    userinfo = chan.party.userinfo(chan.tokens["access_token"], connect_to=port).status == 200
    access = chan.party.introspect(chan.tokens["access_token"], port)["active"] if chan.party.secret else userinfo
    refresh = chan.party.introspect(chan.tokens["refresh_token"], port)["active"] if chan.party.secret else userinfo
    assert userinfo == access == refresh
    return access


@pytest.mark.parametrize("client", ["refreshing", "app", "opaque"])
@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_either_token_ends_the_grant(world, signed_in, client, which):
    chan = signed_in(client)
    assert is_live(chan, world.ports[0])
    answer = chan.party.revoke(chan.tokens[which])
    assert answer.status == 200 and answer.body == b"" and answer.headers["Cache-Control"] == "no-store"
    assert not is_live(chan, world.ports[0])
    answer = chan.party.refresh(chan.tokens["refresh_token"])
    assert answer.status == 400 and answer_json(answer)["error"] == "invalid_grant"


@pytest.mark.parametrize("here, there", [(0, 1), (1, 0)])
def test_two_gateways_agree_at_once(world, signed_in, here, there):
    for _ in range(5):
        chan = signed_in()
        assert is_live(chan, world.ports[here]) and is_live(chan, world.ports[there])
        assert chan.party.revoke(chan.tokens["refresh_token"], world.ports[here]).status == 200
        assert not is_live(chan, world.ports[there]) and not is_live(chan, world.ports[here])


@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "nonsense", ""])
def test_a_wrong_hint_changes_nothing(world, signed_in, hint):
    """RFC 7009, section 2.1."""
    chan = signed_in()
    assert chan.party.revoke(chan.tokens["refresh_token"], token_type_hint=hint).status == 200
    assert not is_live(chan, world.ports[0])


def test_a_refresh_token_that_was_used_still_ends_the_grant(world, signed_in):
    chan = signed_in()
    old = chan.tokens["refresh_token"]
    chan.tokens = answer_json(chan.party.refresh(old))
    assert chan.party.revoke(old).status == 200
    assert not is_live(chan, world.ports[1])


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_another_clients_token_stays(world, signed_in, which):
    start = last_record(world)
    chan = signed_in()
    for other in ("hongkong", "app", "api"):
        answer = world.party(other).revoke(chan.tokens[which])
        assert answer.status == 400 and answer_json(answer)["error"] == "unauthorized_client"
    assert is_live(chan, world.ports[0]) and is_live(chan, world.ports[1])
    assert "token_revoked" not in [record["event"] for record in events_since(world, start)]


def test_what_is_no_token_or_has_ended_is_no_error(world, signed_in):
    """RFC 7009, section 2.2: what the client wants is so already."""
    chan = signed_in()
    assert chan.party.revoke(chan.tokens["refresh_token"]).status == 200
    for token in ("x", "bgr....", "x" * 30000, "a.b.c", chan.tokens["id_token"], *chan.tokens.values()):
        assert chan.party.revoke(str(token)).status == 200
    later = signed_in()
    world.pass_time(601)
    assert later.party.revoke(later.tokens["access_token"]).status == 200
    assert later.party.introspect(later.tokens["refresh_token"])["active"], "an access token that has ended ends nothing"


def test_who_proves_nothing_ends_nothing(world, signed_in):
    chan = signed_in()
    token = chan.tokens["refresh_token"]
    for headers in ({}, {"Authorization": "Basic cmVmcmVzaGluZzp3cm9uZw=="}):
        answer = chan.party.post("/revoke", headers, token=token)
        assert answer.status == 401 and answer_json(answer)["error"] == "invalid_client"
    for fields in ({}, {"token": ""}, {"token": [token, token]}):
        answer = chan.party.post("/revoke", **fields)
        assert answer.status == 400 and answer_json(answer)["error"] == "invalid_request"
    assert exchange("GET", world.issuer + "/revoke?token=" + token).status == 405
    assert is_live(chan, world.ports[0])


def test_other_grants_stay(world, signed_in, journey):
    chan = signed_in()
    other = journey("refreshing", browser=chan.browser)
    other.tokens = other.finish()
    assert chan.party.revoke(chan.tokens["refresh_token"]).status == 200
    assert not is_live(chan, world.ports[0]) and is_live(other, world.ports[0])


def test_it_is_audited_once(world, signed_in):
    chan = signed_in()
    start = last_record(world)
    assert chan.party.revoke(chan.tokens["access_token"]).status == 200
    assert chan.party.revoke(chan.tokens["access_token"]).status == 200
    last_record(world)
    told = [record for record in events_since(world, start) if record["event"] == "token_revoked"]
    assert [(record["client"], record["reason"]) for record in told] == [("refreshing", "revoked_by_client")]
    claims = chan.party.verify(chan.tokens["access_token"])[1]
    assert told[0]["grant"] == claims["jti"] and told[0]["session"] == claims.get("sid", told[0]["session"])


def test_the_account_page_still_shows_what_crossed(world, signed_in):
    """What happened stays in the list; the consent stands, so that withdrawing it is still there to be done."""
    chan = signed_in("worldwide", scope="openid profile offline_access")
    account = Account(world, browser=chan.browser)
    assert chan.party.revoke(chan.tokens["refresh_token"]).status == 200
    page = account.open()
    assert "Service worldwide" in page.body[page.body.index('id="crossings"'):]
    assert account.links(page, "withdraw") and not is_live(chan, world.ports[0])
    page = account.do("withdraw")
    assert not account.links(page, "withdraw") and not is_live(chan, world.ports[1])
