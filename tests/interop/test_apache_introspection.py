# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""Apache with mod_oauth2 as a resource server that asks the gateway what a token is worth (RFC 7662): opaque tokens and
JWTs. The table of docs/services/apache-mod_oauth2-introspection.md is what is checked."""

import time
import urllib.parse

import pytest
from flow_world import LOGS
from products import ModOauth2Introspection
from program import wait_until
from test_bearer import LIES_OF_HEADERS, resigned, table, told, with_claims
from web_browser import exchange

CASES = {
    "opaque, for this service": lambda tokens: tokens["opaque"],
    "a JWT for this service": lambda tokens: tokens["good"],
    "none": lambda tokens: None,
    "opaque, expired": lambda tokens: tokens["expired opaque"],
    "a JWT, expired": lambda tokens: tokens["expired"],
    "opaque, for another service": lambda tokens: tokens["other opaque"],
    "a JWT for another service": lambda tokens: tokens["other"],
    "an ID token": lambda tokens: tokens["id"],
    "opaque, one character changed": lambda tokens: changed(tokens["opaque"]),
    "a JWT, changed after it was signed": lambda tokens: with_claims(tokens["good"], scope="openid everything"),
    "a JWT signed by another key under the gateway's `kid`": resigned,
    "not a token": lambda tokens: "x.y.z",
}


def changed(token):
    middle = len(token) // 2
    return token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1:]


@pytest.fixture(name="apache", scope="module")
def make_apache(street, application, place):
    product = ModOauth2Introspection(place / "introspection", LOGS / "interop" / "products", street, application.port)
    try:
        yield product.start()
    finally:
        product.stop()


def test_the_page_tells_of_every_case():
    assert [what for what, _ in table(ModOauth2Introspection.name)] == list(CASES)


@pytest.mark.parametrize("what", CASES)
def test_the_table_is_true(apache, street, what):
    answer = apache.call(CASES[what](street.bought))
    assert answer.status == dict(table(apache.name))[what]
    if answer.status == 401:
        assert answer.headers["WWW-Authenticate"].startswith("Bearer"), answer.headers.items()


def test_garbage_is_refused(apache):
    for token in (".", "..", "A" * 160, "A" * 5000, "bgat_" + "A" * 80, "%00", "é"):
        assert apache.call(token).status == 401, token[:40]


def test_the_application_is_told_who_calls(apache, street):
    seen = told(apache.call(street.bought["opaque"], **LIES_OF_HEADERS))
    assert seen["scope"] == "openid profile" and seen["acr"] == "urn:baygate:acr:substantial"
    assert len(seen["sub"]) > 20


def test_a_revoked_token_is_refused_once_it_is_not_remembered(apache, street):
    """expiry=1: what was asked a second ago counts; the page says two at most."""
    party, token = street.party("opaque"), street.bought["doomed opaque"]
    assert apache.call(token).status == 200
    headers, fields = party.authentication()
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    begin = time.monotonic()
    assert exchange("POST", street.issuer + "/revoke", headers, urllib.parse.urlencode({**fields, "token": token})).status == 200
    while apache.call(token).status == 200:
        assert time.monotonic() - begin < 2.5, "remembered too long"
        time.sleep(0.05)
    assert apache.call(token).status == 401 and apache.call(street.bought["opaque"]).status == 200


def test_without_the_gateway_nobody_gets_in(apache, street):
    """What was not asked a second ago can't be known."""
    assert street.gateways[0].stop() == 0
    try:
        answer = wait_until(lambda: [a for a in [apache.call(street.bought["opaque"])] if a.status != 200], "nobody gets in")[0]
        assert answer.status == 401
    finally:
        street.start_gateway()
    assert apache.call(street.bought["opaque"]).status == 200
