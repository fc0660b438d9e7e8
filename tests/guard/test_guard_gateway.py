# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""The guard beside a service of the real gateway: tokens as people get them, in every algorithm, SM2 too."""

import urllib.parse

import pytest
from account_page import Account
from flow_world import World
from guard_world import GuardWorld
from journey import Journey
from relying_party import answer_json, parts_of
from web_browser import exchange

TTL = 5  # seconds: status_list.ttl of the gateway, as it is when nobody sets it


@pytest.fixture(scope="module")
def gateway():
    with World("guard-gateway") as world:
        yield world


@pytest.fixture(scope="module")
def guard(gateway):
    rules = [{"path": "/", "scopes": ["openid"]}, {"path": "/high", "acr": ["urn:baygate:acr:high"]},
             {"path": "/recent", "max_age": "10m"}, {"path": "/other", "audience": "https://other.example"}]
    with GuardWorld("test_guard_gateway", issuer=gateway.issuer, audience=gateway.issuer, rules=rules) as guard:
        yield guard


def sign_in(gateway, guard, client):
    """The tokens of somebody who signed in at this client."""
    gateway.hurry()
    chan = Journey(gateway, client)
    tokens = answer_json(chan.attempt.redeem(chan.attempt.code(chan.go())))
    guard.keep(tokens["access_token"])
    guard.keep(tokens["id_token"])
    return tokens


def revoke(party, token):
    """RFC 7009."""
    headers, fields = party.authentication()
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    return exchange("POST", party.issuer + "/revoke", headers, urllib.parse.urlencode({**fields, "token": token}))


@pytest.mark.parametrize("alg", ["ES256", "RS256", "PS256", "EdDSA", "SGD_SM3_SM2"])
def test_the_gateway_s_tokens(gateway, guard, alg):
    before = guard.metric("second_opinions_total")
    token = sign_in(gateway, guard, "signs-" + alg.lower())["access_token"]
    answer = guard.ask(token)
    assert answer.status == 200 and answer.headers["X-Subject"], answer
    assert guard.metric("second_opinions_total") == before + (alg in ("ES256", "RS256", "PS256"))
    assert guard.metric("disagreements_total") == 0
    assert 'error="insufficient_user_authentication"' in guard.ask(token, "/high").challenge
    assert guard.ask(token, "/recent").status == 200
    assert 'error="invalid_token"' in guard.ask(token, "/other").challenge
    assert guard.ask(token[:-2] + ("AA" if token[-2:] != "AA" else "BB")).status == 401


def test_an_id_token_is_no_access_token(gateway, guard):
    tokens = sign_in(gateway, guard, "hongkong")
    assert guard.ask(tokens["id_token"]).status == 401
    assert guard.ask(tokens["access_token"]).status == 200


def test_what_its_client_gives_back_is_refused_within_the_ttl(gateway, guard):
    party = gateway.party("hongkong")
    token, other = (sign_in(gateway, guard, "hongkong")["access_token"] for _ in range(2))
    assert guard.ask(token).status == guard.ask(other).status == 200
    assert parts_of(token)[1]["status"]["status_list"]["uri"].startswith(gateway.issuer + "/status_lists/")
    assert revoke(party, token).status == 200
    for world in (gateway, guard):
        world.pass_time(TTL + 1)
    answer = guard.ask(token)
    assert answer.status == 401 and 'error="invalid_token"' in answer.challenge
    assert guard.ask(other).status == 200 and guard.metric("revoked_total") == 1


def test_what_a_person_takes_back_is_refused_within_the_ttl(gateway, guard):
    """On the account page: the consent goes, and with it what it gave."""
    gateway.hurry("lee")
    lee = Journey(gateway, "hongkong", person="lee")
    token, refused = lee.finish()["access_token"], guard.metric("revoked_total")
    assert guard.ask(guard.keep(token)).status == 200
    page = Account(gateway, "lee", browser=lee.browser)
    assert page.do("withdraw").status == 200
    for world in (gateway, guard):
        world.pass_time(TTL + 1)
    assert guard.ask(token).status == 401 and guard.metric("revoked_total") == refused + 1


def test_a_list_that_has_not_changed_is_not_sent_again(gateway, guard):
    token = sign_in(gateway, guard, "hongkong")["access_token"]
    assert guard.ask(token).status == 200
    before = guard.metric("status_list_unchanged_total")
    for world in (gateway, guard):
        world.pass_time(TTL + 1)
    assert guard.ask(token).status == 200 and guard.metric("status_list_unchanged_total") == before + 1


def test_a_gateway_that_is_away_is_bridged_for_a_while(gateway, guard):
    token = sign_in(gateway, guard, "hongkong")["access_token"]
    assert guard.ask(token).status == 200
    assert gateway.gateways[0].stop() == 0
    try:
        guard.pass_time(30)
        assert guard.ask(token).status == 200
        guard.pass_time(40)
        assert guard.ask(token).status == 503
    finally:
        gateway.pass_time(70)
        gateway.start_gateway()
    guard.pass_time(1)
    gateway.pass_time(1)
    assert guard.ask(token).status == 200
