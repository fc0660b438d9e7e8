# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""The token endpoint: a code is worth something once, for the client that it was made for, in a short time."""

import base64
import json
import secrets

import pytest
from relying_party import answer_json
from web_browser import exchange

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def signed_in(world, journey):
    """signed_in(client): a person, and the code with which the browser came back."""
    def go(client="hongkong", **params):
        world.hurry()
        chan = journey(client, **params)
        return chan, chan.attempt.code(chan.go())
    return go


def refusal(answer, status=400):
    assert answer.status == status, answer
    assert answer.headers["Cache-Control"] == "no-store"
    return answer_json(answer)["error"]


@pytest.mark.parametrize("client", ["hongkong", "post", "keyed", "public"])
def test_each_way_of_client_authentication(signed_in, client):
    chan, code = signed_in(client)
    answer = chan.attempt.redeem(code)
    assert answer.status == 200 and answer.headers["Cache-Control"] == "no-store"
    tokens = answer_json(answer)
    assert tokens["token_type"] == "Bearer" and tokens["expires_in"] > 0 and tokens["scope"] == "openid profile"
    chan.party.check_id_token(tokens, chan.attempt)
    chan.party.check_access_token(tokens)


@pytest.mark.parametrize("alg", ["ES256", "RS256", "PS256", "EdDSA", "SGD_SM3_SM2"])
def test_each_signature_is_verified_by_other_programs(signed_in, alg):
    chan, code = signed_in("signs-" + alg.lower())
    tokens = answer_json(chan.attempt.redeem(code))
    for token in (tokens["id_token"], tokens["access_token"]):
        assert chan.party.verify(token)[0]["alg"] == alg
    chan.party.check_id_token(tokens, chan.attempt)
    assert chan.party.userinfo(tokens["access_token"]).status == 200


def test_the_independent_check_notices_a_changed_token(signed_in):
    for client in ("hongkong", "signs-sgd_sm3_sm2"):
        chan, code = signed_in(client)
        token = answer_json(chan.attempt.redeem(code))["id_token"]
        head, body, signature = token.split(".")
        forged = f"{head}.{body}.{signature[:8]}{'A' if signature[8] != 'A' else 'B'}{signature[9:]}"
        with pytest.raises(Exception):
            chan.party.verify(forged)
        assert chan.party.userinfo(forged).status == 401


def test_a_code_used_twice_is_refused_and_revokes_what_it_gave(signed_in):
    chan, code = signed_in()
    first = answer_json(chan.attempt.redeem(code))
    assert chan.party.userinfo(first["access_token"]).status == 200
    assert refusal(chan.attempt.redeem(code)) == "invalid_grant"
    assert chan.party.userinfo(first["access_token"]).status == 401


def test_another_clients_code(world, signed_in):
    chan, code = signed_in()
    other = world.party("post")
    answer = other.post_token(grant_type="authorization_code", code=code, redirect_uri=world.redirect_uri,
                              code_verifier=chan.attempt.verifier)
    assert refusal(answer) == "invalid_grant"


@pytest.mark.parametrize("verifier", ["A" * 43, "short", "", None, "x" * 129, "ü" * 43])
def test_a_wrong_verifier(signed_in, verifier):
    chan, code = signed_in()
    assert refusal(chan.attempt.redeem(code, code_verifier=verifier)) == "invalid_grant"


def test_without_pkce_only_where_the_settings_say_so(signed_in):
    chan, code = signed_in("nopkce", code_challenge=None, code_challenge_method=None)
    assert refusal(chan.attempt.redeem(code)) == "invalid_grant", "a verifier without a challenge: a downgrade"
    chan, code = signed_in("nopkce", code_challenge=None, code_challenge_method=None)
    assert chan.attempt.redeem(code, code_verifier=None).status == 200
    chan, code = signed_in("nopkce")
    assert refusal(chan.attempt.redeem(code, code_verifier=None)) == "invalid_grant"


@pytest.mark.parametrize("uri", ["http://localhost:1/callback", "", None])
def test_another_redirect_uri(signed_in, uri):
    chan, code = signed_in()
    assert refusal(chan.attempt.redeem(code, redirect_uri=uri)) == "invalid_grant"


def test_a_code_expires(world, signed_in):
    chan, code = signed_in()
    world.pass_time(61)
    assert refusal(chan.attempt.redeem(code)) == "invalid_grant"


def test_an_access_token_expires(world, signed_in):
    chan, code = signed_in()
    token = answer_json(chan.attempt.redeem(code))["access_token"]
    world.pass_time(601)
    assert chan.party.userinfo(token).status == 401


def test_what_is_no_code(signed_in, world):
    party = world.party("hongkong")
    for code in (secrets.token_urlsafe(32), "x", "x" * 5000, "\x00", "é"):
        answer = party.post_token(grant_type="authorization_code", code=code, redirect_uri=world.redirect_uri)
        assert refusal(answer) in ("invalid_grant", "invalid_request")
    assert refusal(party.post_token(grant_type="authorization_code")) == "invalid_request"


def test_grant_types(world):
    party = world.party("hongkong")
    assert refusal(party.post_token(grant_type="password", username="a", password="b")) == "unsupported_grant_type"
    assert refusal(party.post_token()) in ("invalid_request", "unsupported_grant_type")
    assert refusal(party.post_token(grant_type=["authorization_code", "authorization_code"])) == "invalid_request"


def basic(pair):
    return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}


@pytest.mark.parametrize("headers", [
    basic("hongkong:wrong"), basic("nobody:hongkong-secret-0123456789"), basic("hongkong"),
    basic("post:post-secret-0123456789"), {"Authorization": "Basic %%%"}, {"Authorization": "Bearer x"}, {}])
def test_failed_client_authentication(world, headers):
    answer = world.party("hongkong").post_token(headers, grant_type="authorization_code", code="x")
    assert refusal(answer, 401) == "invalid_client"
    assert answer.headers["WWW-Authenticate"].startswith("Basic")


def test_two_ways_of_client_authentication_at_once(world):
    party = world.party("hongkong")
    answer = party.post_token(party.authentication()[0], grant_type="authorization_code", code="x",
                              client_id="hongkong", client_secret=party.secret)
    assert refusal(answer) == "invalid_request"


def test_a_client_assertion_works_once(world, signed_in):
    party = world.party("keyed")
    kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    assertion = party.assertion()
    fields = dict(grant_type="authorization_code", code="x", client_assertion=assertion, client_assertion_type=kind)
    assert refusal(party.post_token({}, **fields)) == "invalid_grant"
    assert refusal(party.post_token({}, **fields), 401) == "invalid_client"


@pytest.mark.parametrize("claims", [
    {"aud": "https://other.example"}, {"iss": "post"}, {"sub": "post"}, {"exp": 1}, {"exp": None}, {"jti": None},
    {"jti": ""}, {"aud": None}, {"iat": 4102444800}, {"exp": 4102444800}])
def test_a_wrong_client_assertion(world, claims):
    party = world.party("keyed")
    kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    answer = party.post_token({}, grant_type="authorization_code", code="x", client_assertion_type=kind,
                              client_assertion=party.assertion(**claims))
    assert refusal(answer, 401) == "invalid_client"


def test_a_form_is_required(world):
    party = world.party("hongkong")
    headers = {**party.authentication()[0], "Content-Type": "application/json"}
    answer = exchange("POST", world.issuer + "/token", headers, json.dumps({"grant_type": "authorization_code"}))
    assert answer.status == 415
