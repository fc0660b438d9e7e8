# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""Programs that verify access tokens by themselves: each page of docs/services has a table of what it answers to which
token, and the table is true."""

import json
import re
import time

import pytest
from flow_world import LOGS
from forge import Forge, encode, secret_of, sign
from jwcrypto import jwk
from products import SERVICES, VERIFIERS, HastyNode, HastyPython, ModOauth2, NodeJose, PythonAuthlib, needed
from program import wait_until
from relying_party import parts_of

ROW = re.compile(r"^\| (.+?) \| (\d{3})\b.*\|$", re.MULTILINE)
LIES_OF_HEADERS = {"X_Subject": "somebody else", "X_Scope": "everything", "X_Level": "high"}
FOREIGN = jwk.JWK.generate(kty="EC", crv="P-256")


def table(name):
    """The rows of a page: what is said of the token, and the status of the answer."""
    return [(what, int(status)) for what, status in ROW.findall((SERVICES / f"{name}.md").read_text(encoding="utf-8"))]


def with_claims(token, **changes):
    """Changed after it was signed."""
    head, _, signature = token.split(".")
    return f"{head}.{encode({**parts_of(token)[1], **changes})}.{signature}"


# -- the gateway's tokens, and what is made of them

def of_gateway(make):
    return lambda verifier, street, forge: verifier.real.call(make(street.bought))


def resigned(tokens, key=FOREIGN, **header):
    """The good token's claims, signed by somebody else."""
    own, claims = parts_of(tokens["good"])
    return sign({**own, **header}, claims, key)


# -- tokens of the other issuer

def of_forge(header=None, key=None, **claims):
    return lambda verifier, street, forge: verifier.forged.call(forge.token(header, key, **claims))


def early(verifier, street, forge):
    return verifier.forged.call(forge.token(nbf=int(time.time()) + 600))


def confused(verifier, street, forge):
    return verifier.forged.call(forge.token({"alg": "HS256"}, secret_of(forge.key)))


def brings_key(verifier, street, forge):
    return verifier.forged.call(forge.token({"jwk": json.loads(FOREIGN.export_public()), "kid": None}, FOREIGN))


def in_address(verifier, street, forge):
    product = verifier.forged
    return product.call(path=f"{product.path}?access_token={forge.token()}")


def aged(verifier, street, forge):
    """Its end passes between two requests; a second more is for what is remembered so long."""
    assert verifier.first == 200
    wait_until(lambda: time.time() > verifier.end + 1.2, "the token's end has passed")
    return verifier.forged.call(verifier.short)


CASES = {
    "for this service": of_gateway(lambda tokens: tokens["good"]),
    "none": of_gateway(lambda tokens: None),
    "expired": of_gateway(lambda tokens: tokens["expired"]),
    "for another service": of_gateway(lambda tokens: tokens["other"]),
    "an ID token": of_gateway(lambda tokens: tokens["id"]),
    "changed after it was signed": of_gateway(lambda tokens: with_claims(tokens["good"], scope="openid everything")),
    "signed by another key under the gateway's `kid`": of_gateway(resigned),
    "`alg` is `none`": of_gateway(lambda tokens: resigned(tokens, alg="none")),
    "no signature": of_gateway(lambda tokens: tokens["good"].rpartition(".")[0] + "."),
    "not a token": of_gateway(lambda tokens: "x.y.z"),
    "in the address instead of the header": in_address,
    "`alg` is `HS256`, the public key its secret": confused,
    "brings its key along in `jwk`": brings_key,
    "an unknown word in `crit`": of_forge({"crit": ["unknown"], "unknown": 1}),
    "another `iss`": of_forge(iss="https://other.example"),
    "no `iss`": of_forge(iss=None),
    "no `aud`": of_forge(aud=None),
    "`aud` a list, this service in it": of_forge(aud=["https://other.example", "https://service.example"]),
    "`aud` a list without this service": of_forge(aud=["https://other.example"]),
    "no `exp`": of_forge(exp=None),
    "not valid yet by `nbf`": early,
    "`typ` is `JWT`, all else right": of_forge({"typ": "JWT"}),
    "no `typ`": of_forge({"typ": None}),
    "`acr` lower than the service asks for": of_forge(acr="urn:baygate:acr:low"),
    "expired since it was first accepted": aged,
}


def test_a_program_that_is_missing_is_a_failure():
    with pytest.raises(pytest.fail.Exception, match="no-such-program is not installed"):
        needed("no-such-program")


@pytest.mark.parametrize("name", VERIFIERS)
def test_the_page_tells_of_every_case(name):
    assert [what for what, _ in table(name)] == list(CASES)


@pytest.mark.parametrize("what", CASES)
def test_the_table_is_true(verifier, street, forge, what):
    answer = CASES[what](verifier, street, forge)
    assert answer.status == dict(table(verifier.name))[what]
    if answer.status == 401:
        assert answer.headers["WWW-Authenticate"].startswith("Bearer"), answer.headers.items()


def test_the_other_issuers_good_token_is_good(verifier, forge):
    """Otherwise the refusals above would tell nothing."""
    assert verifier.forged.call(forge.token()).status == 200


def test_garbage_is_refused(verifier):
    for token in (".", "..", "...", "a.b", "a.b.c.d", "a.b.c.d.e", "\u00e9.\u00e9.\u00e9", "=.=.=", "%2e.%2e.%2e", "A" * 5000,
                  *(f"{encode(head)}.{encode(claims)}.AAAA" for head, claims in (
                      ([], {}), ({}, {}), (None, None), (1, 2), ({"alg": ["ES256"]}, {}), ({"alg": 256, "kid": 1}, []),
                      ({"alg": "ES256", "kid": {}}, {}), ({"alg": "ES256", "kid": "x" * 3000}, {}),
                      ({"alg": "ES256", "kid": "forge", "crit": "x"}, {"exp": "x"})))):
        answer = verifier.forged.call(token)
        assert answer.status == 401, f"{token[:80]}: {answer}"


def test_a_level_that_is_too_low_is_told(verifier, forge):
    """RFC 9470, section 3; mod_oauth2 has no words for it."""
    challenge = verifier.forged.call(forge.token(acr="urn:baygate:acr:low")).headers["WWW-Authenticate"]
    word = "invalid_token" if verifier.name == "apache-mod_oauth2" else "insufficient_user_authentication"
    assert f'error="{word}"' in challenge
    assert verifier.forged.call(forge.token(acr="urn:baygate:acr:high")).status == 200


def test_a_gateway_that_is_away_is_not_missed(verifier, street):
    assert verifier.real.call(street.bought["good"]).status == 200
    assert street.gateways[0].stop() == 0
    try:
        assert verifier.real.call(street.bought["spare"]).status == 200, "which it has not seen before"
        assert verifier.real.call(street.bought["other"]).status == 401
    finally:
        street.start_gateway()


@pytest.mark.parametrize("kind", [ModOauth2, HastyPython, HastyNode])
def test_a_new_key_is_found(kind, application, place):
    """A token names a key that was not there when the keys were fetched."""
    forge, new = Forge(), jwk.JWK.generate(kty="EC", crv="P-256", kid="new", alg="ES256", use="sig")
    product = kind(place / f"{kind.name}-new-key", LOGS / "interop" / "products", forge.issuer, application.port)
    try:
        product.start()
        assert product.call(forge.token()).status == 200
        assert product.call(forge.token({"kid": "new"}, new)).status == 401
        forge.keys.append(new)
        assert product.call(forge.token({"kid": "new"}, new)).status == 200
        assert product.call(forge.token()).status == 200
    finally:
        product.stop()
        forge.close()


def test_made_up_keys_do_not_make_a_storm(verifier, forge):
    """mod_oauth2 asks each time; its page says so."""
    before = forge.asked
    for n in range(10):
        assert verifier.forged.call(forge.token({"kid": f"made-up-{n}"}, FOREIGN)).status == 401
    asked = forge.asked - before
    assert asked == 10 if verifier.name == "apache-mod_oauth2" else asked <= 1


@pytest.mark.parametrize("kind", [PythonAuthlib, NodeJose])
def test_without_keys_nobody_is_to_blame(kind, street, forge, place):
    """503: whether the caller may is not known."""
    product = kind(place / f"{kind.name}-alone", LOGS / "interop" / "products", f"http://localhost:{street.closed_port}", 0)
    try:
        product.start()
        assert product.call(forge.token()).status == 503
        assert product.call().status == 401
    finally:
        product.stop()


def told(answer):
    """What the application knows: by its own code, or, behind a proxy, by the headers."""
    content = json.loads(answer.body)
    return {name: content["headers"][f"x-{header}"] for name, header in
            (("sub", "subject"), ("scope", "scope"), ("acr", "level"))} if "headers" in content else content


def test_the_application_is_told_who_calls(verifier, street):
    _, claims = parts_of(street.bought["good"])
    expected = {name: claims[name] for name in ("sub", "scope", "acr")}
    assert told(verifier.real.call(street.bought["good"])) == expected
    assert told(verifier.real.call(street.bought["good"], **LIES_OF_HEADERS)) == expected
