# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""The guard beside a service of the real gateway: tokens as people get them, in every algorithm, SM2 too."""

import pytest
from flow_world import World
from guard_world import GuardWorld
from journey import Journey
from relying_party import answer_json


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
