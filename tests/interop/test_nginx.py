# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""nginx with the guard, beyond what every verifier is tried with: what reaches the application, the guard and the caller.
The files are those of docs/services/nginx.md."""

import json
import time
import urllib.parse

import pytest
from flow_world import LOGS
from products import Nginx
from web_browser import exchange

LIES = {"X-Subject": "somebody else", "X-Scope": "everything", "X-Level": "urn:baygate:acr:high"}
IDENTITY = ("x-subject", "x-scope", "x-level")


@pytest.fixture(name="nginx", scope="module")
def make_nginx(forge, application, place):
    """Before the issuer that signs anything."""
    product = Nginx(place / "nginx-alone", LOGS / "interop" / "products", forge.issuer, application.port)
    try:
        yield product.start()
    finally:
        product.stop()


def ask(nginx, method, path, token=None, body=None, **headers):
    if token:
        headers["Authorization"] = "Bearer " + token
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return exchange(method, nginx.address + path, headers, body)


def reached(answer):
    """What the application saw."""
    assert answer.status == 200, answer
    return json.loads(answer.body)


def test_the_application_does_not_get_the_token(nginx, forge):
    headers = reached(ask(nginx, "GET", "/api/me", forge.token(), DPoP="x"))["headers"]
    assert headers["x-subject"] == "somebody" and not {"authorization", "dpop"} & set(headers)


def test_what_a_caller_made_up_is_replaced_or_gone(nginx, forge):
    headers = reached(ask(nginx, "GET", "/api/me", forge.token(), **LIES, X_SUBJECT="x"))["headers"]
    assert [headers[name] for name in IDENTITY] == ["somebody", "openid profile", "urn:baygate:acr:substantial"]
    headers = reached(ask(nginx, "GET", "/api/me", forge.token(sub=None, scope=None), **LIES))["headers"]
    assert [headers.get(name) for name in IDENTITY] == [None, None, "urn:baygate:acr:substantial"]


def test_a_preflight_brings_nobody_in(nginx, forge):
    """What is asked before a script's request: open, and so the place where made-up headers would be worth trying."""
    cors = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "x-subject"}
    for token in (None, forge.token(), "x.y.z"):
        seen = reached(ask(nginx, "OPTIONS", "/api/me", token, **cors, **LIES))
        assert seen["method"] == "OPTIONS" and not set(IDENTITY) & set(seen["headers"])


def test_bodies_go_to_the_application_only(nginx, forge):
    """The guard would answer 413."""
    body = "x" * 900_000
    seen = reached(ask(nginx, "POST", "/api/me", forge.token(), body, Content_Type="text/plain"))
    assert seen["method"] == "POST" and seen["body"] == body
    assert ask(nginx, "POST", "/api/me", None, body).status == 401


def test_a_scope_that_is_missing_is_told(nginx, forge):
    answer = ask(nginx, "GET", "/api/records/1", forge.token())
    assert answer.status == 403
    assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]
    assert 'scope="records.write"' in answer.headers["WWW-Authenticate"]
    assert ask(nginx, "GET", "/api/records/1", forge.token(scope="records.write")).status == 200


def test_where_no_rule_is_there_is_no_challenge(nginx, forge):
    for path in ("/elsewhere", "/api/../admin", "/api//me", "/api/%2e%2e/admin", "/API/me"):
        answer = ask(nginx, "GET", path, forge.token())
        assert answer.status == 403 and "WWW-Authenticate" not in answer.headers, path
    assert ask(nginx, "TRACE", "/api/me", forge.token()).status in (403, 405)


def test_a_stronger_or_fresher_sign_in_is_asked_for(nginx, forge):
    """RFC 9470, section 3."""
    high = {"acr": "urn:baygate:acr:high"}
    for claims in ({}, {**high, "auth_time": int(time.time()) - 700}):
        answer = ask(nginx, "GET", "/api/vault/1", forge.token(**claims))
        challenge = answer.headers["WWW-Authenticate"]
        assert answer.status == 401 and 'error="insufficient_user_authentication"' in challenge
        assert 'acr_values="urn:baygate:acr:high"' in challenge and 'max_age="600"' in challenge
    assert ask(nginx, "GET", "/api/vault/1", forge.token(**high)).status == 200


def test_the_guard_itself_is_not_reached_from_outside(nginx, forge):
    for path in ("/_guard", "/metrics", "/readyz", "/auth"):
        assert ask(nginx, "GET", path, forge.token()).status in (403, 404), path


def test_a_guard_that_is_away_lets_nobody_in(nginx, forge):
    assert ask(nginx, "GET", "/api/me", forge.token()).status == 200
    assert nginx.guard.stop() == 0
    try:
        answer = ask(nginx, "GET", "/api/me", forge.token(), **LIES)
        assert answer.status == 503 and answer.headers["Retry-After"]
        assert ask(nginx, "OPTIONS", "/api/me").status == 503
    finally:
        nginx.guard.start()
        nginx.await_guard()
    assert ask(nginx, "GET", "/api/me", forge.token()).status == 200


def revoke(party, token):
    """RFC 7009."""
    headers, fields = party.authentication()
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    return exchange("POST", party.issuer + "/revoke", headers, urllib.parse.urlencode({**fields, "token": token}))


def test_a_revoked_token_is_refused_within_seconds(verifiers, street):
    """Nobody puts a clock forward here: the ttl is a second."""
    product, token = verifiers["nginx"].real, street.bought["doomed"]
    assert product.call(token).status == 200
    begin = time.monotonic()
    assert revoke(street.party("caller"), token).status == 200
    while product.call(token).status == 200:
        assert time.monotonic() - begin < 5
        time.sleep(0.05)
    answer = product.call(token)
    assert answer.status == 401 and 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    assert product.call(street.bought["good"]).status == 200
