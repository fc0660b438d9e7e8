# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""Introspection: a service learns what a token is worth now, if the token is any of its business; whatever else a token
may be, and however it was made, the answer is only that it is not active."""

import socket

import pytest
from forged_tokens import forged, signed
from jwcrypto import jwk
from program import wait_until
from relying_party import answer_json
from web_browser import exchange

INACTIVE = {"active": False}
ITEM = "https://service.example/items/"


@pytest.fixture
def signed_in(world, journey):
    def go(client="refreshing", **params):
        world.hurry()
        chan = journey(client, **params)
        chan.tokens = chan.finish()
        return chan
    return go


def refusal(answer, status):
    assert answer.status == status and answer.headers["Cache-Control"] == "no-store", answer
    return answer_json(answer)["error"]


# ------------------------------------------------------------------------------------------------- who learns what


def test_a_client_asks_about_its_own_tokens(world, signed_in):
    chan = signed_in()
    claims = chan.party.check_access_token(chan.tokens, "https://api.example")
    for port in world.ports:
        told = chan.party.introspect(chan.tokens["access_token"], port)
        assert told["active"] is True and told["token_type"] == "Bearer"
        for name in ("iss", "sub", "aud", "client_id", "scope", "jti", "exp", "iat", "acr", "auth_time"):
            assert told[name] == claims[name], name
    told = chan.party.introspect(chan.tokens["refresh_token"])
    assert told["active"] is True and told["sub"] == claims["sub"] and told["client_id"] == "refreshing"
    assert told["exp"] > claims["exp"] and "token_type" not in told


@pytest.mark.parametrize("server", ["api", "keyed-api"])
def test_a_service_asks_about_tokens_meant_for_it(world, signed_in, server):
    chan = signed_in()
    told = world.party(server).introspect(chan.tokens["access_token"])
    assert told["active"] and told["client_id"] == "refreshing" and told["aud"] == "https://api.example"


def test_an_item_is_an_audience_of_its_own(world, signed_in):
    chan = signed_in(resource=ITEM + "ledger")
    told = world.party("api").introspect(chan.tokens["access_token"])
    assert told["active"] and told["aud"] == ITEM + "ledger"
    assert world.party("keyed-api").introspect(chan.tokens["access_token"]) == INACTIVE, "it serves the other audience"


@pytest.mark.parametrize("client, params", [("opaque", {}), ("refreshing", {"resource": ITEM + "sealed"})])
def test_opaque_tokens(world, signed_in, client, params):
    chan = signed_in(client, **params)
    assert chan.tokens["access_token"].startswith("bga.")
    told = world.party("api").introspect(chan.tokens["access_token"])
    assert told["active"] and told["scope"] == "openid profile" and told["client_id"] == client
    assert told["aud"] == params.get("resource", "https://opaque.example") and told["exp"] > world.now()
    assert world.party("other-api").introspect(chan.tokens["access_token"]) == INACTIVE
    assert chan.party.userinfo(chan.tokens["access_token"]).status == 200
    world.pass_time(601)
    assert world.party("api").introspect(chan.tokens["access_token"]) == INACTIVE
    assert chan.party.userinfo(chan.tokens["access_token"]).status == 401


@pytest.mark.parametrize("asking", ["other-api", "hongkong", "post", "keyed"])
def test_others_learn_nothing(world, signed_in, asking):
    chan = signed_in()
    party = world.party(asking)
    for name in ("access_token", "refresh_token", "id_token"):
        assert party.introspect(chan.tokens[name]) == INACTIVE
        assert party.introspect(chan.tokens[name], token_type_hint=name) == INACTIVE


def test_a_service_learns_nothing_of_refresh_tokens(world, signed_in):
    chan = signed_in()
    assert world.party("api").introspect(chan.tokens["refresh_token"]) == INACTIVE


def test_what_is_told_of_what_crossed(world, signed_in):
    chan = signed_in("worldwide")
    told = chan.party.introspect(chan.tokens["access_token"])
    assert told["release_policy"]["sha256"] and not {"name", "birthdate", "gender"} & set(told)


# ------------------------------------------------------------------------------------------------------- who may ask


def test_a_public_client_may_not_ask(world, signed_in):
    chan = signed_in("app")
    assert refusal(chan.party.post("/introspect", token=chan.tokens["access_token"]), 401) == "invalid_client"


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic YXBpOndyb25n"}, {"Authorization": "Bearer x"}])
def test_who_proves_nothing_is_told_nothing(world, signed_in, headers):
    chan = signed_in()
    answer = chan.party.post("/introspect", headers, token=chan.tokens["access_token"])
    assert refusal(answer, 401) == "invalid_client" and "WWW-Authenticate" in answer.headers


def test_a_token_asks_for_no_other(world, signed_in):
    chan = signed_in()
    token = chan.tokens["access_token"]
    answer = chan.party.post("/introspect", {"Authorization": "Bearer " + token}, token=token)
    assert refusal(answer, 401) == "invalid_client"


def test_bad_requests(world, signed_in):
    chan = signed_in()
    token = chan.tokens["access_token"]
    for fields in ({}, {"token": ""}, {"token": [token, token]}, {"token": token, "token_type_hint": ["a", "b"]}):
        assert refusal(chan.party.post("/introspect", **fields), 400) == "invalid_request", fields
    assert chan.party.introspect(token, token_type_hint="nonsense")["active"]
    assert exchange("GET", world.issuer + "/introspect?token=" + token).status == 405
    assert chan.party.post("/introspect", token="x" * 40000).status == 413


# ------------------------------------------------------------------------------------------------------------- ended


def test_what_has_ended_is_not_active(world, signed_in):
    chan = signed_in()
    first = chan.tokens
    world.pass_time(30)
    tokens = answer_json(chan.party.refresh(first["refresh_token"]))
    assert chan.party.introspect(first["refresh_token"]) == INACTIVE, "it was used"
    assert chan.party.introspect(first["access_token"])["active"] and chan.party.introspect(tokens["access_token"])["active"]
    assert chan.party.introspect(tokens["refresh_token"])["active"]
    world.pass_time(580)
    assert chan.party.introspect(first["access_token"]) == INACTIVE and chan.party.introspect(tokens["access_token"])["active"]
    assert chan.party.revoke(tokens["refresh_token"]).status == 200
    for name in ("access_token", "refresh_token"):
        for port in world.ports:
            assert chan.party.introspect(tokens[name], port) == INACTIVE


def test_a_refresh_token_that_lay_unused_is_not_active(world, signed_in):
    chan = signed_in("offline", scope="openid offline_access")
    world.pass_time(86400 - 5)
    assert chan.party.introspect(chan.tokens["refresh_token"])["active"]
    world.pass_time(6)
    assert chan.party.introspect(chan.tokens["refresh_token"]) == INACTIVE


def test_without_redis_there_is_no_answer(world, signed_in):
    """Not "inactive", which could be kept, and never "active"."""
    chan = signed_in()
    world.redis.stop()
    try:
        for token in (chan.tokens["access_token"], chan.tokens["refresh_token"]):
            assert chan.party.post("/introspect", token=token).status == 503
            assert chan.party.revoke(token).status == 503
    finally:
        world.redis.start()
        for n in range(2):
            wait_until(lambda: world.is_ready(n), "the gateway has found Redis again")
    assert chan.party.introspect(chan.tokens["access_token"])["active"], "and nothing was revoked"


# ----------------------------------------------------------------------------------------------------- signed answers


def signed_answer(party, token, accept="application/token-introspection+jwt"):
    """RFC 9701, section 5."""
    answer = party.post("/introspect", more_headers={"Accept": accept}, token=token)
    assert answer.status == 200 and answer.headers["Content-Type"] == "application/token-introspection+jwt"
    header, claims = party.verify(answer.body.decode())
    assert header["typ"] == "token-introspection+jwt"
    assert claims["iss"] == party.issuer and claims["aud"] == party.client_id and abs(claims["iat"] - party.world.now()) <= 1
    assert not {"sub", "exp"} & set(claims), "it must not pass for a token"
    return header, claims["token_introspection"]


def test_signed_answers(world, signed_in):
    chan = signed_in()
    token = chan.tokens["access_token"]
    for server, alg in (("api", "ES256"), ("keyed-api", "EdDSA")):
        party = world.party(server)
        header, told = signed_answer(party, token)
        assert header["alg"] == alg and told == party.introspect(token)
    assert signed_answer(world.party("other-api"), token)[1] == INACTIVE
    assert signed_answer(world.party("api"), "garbage")[1] == INACTIVE
    both = "application/Token-Introspection+JWT;q=1, application/json;q=0.5"
    assert signed_answer(world.party("api"), token, both)[1]["active"]
    answer = world.party("api").post("/introspect", more_headers={"Accept": "application/jwt"}, token=token)
    assert answer_json(answer)["active"]
    answer = chan.party.post("/introspect", more_headers={"Accept": "application/token-introspection+jwt"}, token=token)
    assert chan.party.userinfo(answer.body.decode()).status == 401, "the answer is no access token"


# ------------------------------------------------------------------------------------------------------------- forged


@pytest.fixture
def trap():
    """An address at which nobody may call."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        listening.settimeout(0)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/jwks"
        with pytest.raises(BlockingIOError):
            listening.accept()


def test_forged_tokens_are_worth_nothing(world, signed_in, trap):
    chan = signed_in()
    good = chan.tokens["access_token"]
    public = chan.party.key_of(chan.party.verify(good)[0])
    found = list(forged(good, public, trap))
    assert len(found) > 100
    for name, token in found:
        world.keep(token)
        answer = chan.party.post("/introspect", token=token)
        refused = answer.status in (400, 413) and "active" not in answer_json(answer)
        assert refused or (answer.status == 200 and answer_json(answer) == INACTIVE), name
        if token.isprintable():
            answer = chan.party.userinfo(token)
            oversized = len(token) > 8000 and answer.status == 431
            assert oversized or (answer.status == 401 and 'error="invalid_token"' in answer.headers["WWW-Authenticate"]), name
    assert chan.party.introspect(good)["active"] and chan.party.userinfo(good).status == 200


def test_tokens_of_another_kind_are_worth_nothing(world, signed_in):
    chan = signed_in()
    for name in ("id_token", "refresh_token"):
        answer = chan.party.userinfo(chan.tokens[name])
        assert answer.status == 401 and 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    assert chan.party.introspect(chan.tokens["id_token"]) == INACTIVE
    head, grant, serial, time, proof = chan.tokens["refresh_token"].split(".")
    for text in (f"bga.{grant}.{serial}.{time}.{proof}", f"bga.{grant}.{serial}.99999999999.{proof}", "bga....", "bga." + "x" * 200):
        assert chan.party.introspect(text) == INACTIVE and chan.party.userinfo(text).status == 401


def test_a_token_of_another_gateway_is_worth_nothing(world, signed_in):
    """Same issuer, same claims, another ring of keys: as a gateway that was set up anew would see it."""
    chan = signed_in()
    token = chan.tokens["access_token"]
    claims = chan.party.verify(token)[1]
    assert claims["iss"] == world.issuer
    key = jwk.JWK.generate(kty="EC", crv="P-256", kid="another")
    foreign = signed({"alg": "ES256", "typ": "at+jwt", "kid": "another"}, claims, key)
    assert chan.party.introspect(foreign) == INACTIVE and chan.party.userinfo(foreign).status == 401
