# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""Tokens that are bound to their holder: by a key (DPoP, RFC 9449) or by a client certificate (RFC 8705)."""

import base64
import datetime
import hashlib
import json
import urllib.parse

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from guard_world import AUDIENCE, GuardWorld, b64, new_key, sign
from jwcrypto import jwk

SETTINGS = {"dpop": {"origins": [AUDIENCE, "http://localhost:7777"], "window": "60s"},
            "client_certificate": {"header": "Client-Cert"},
            "rules": [{"path": "/"}, {"path": "/write", "scopes": ["write.all"]}]}


@pytest.fixture(name="holder")
def make_holder():
    return new_key("ES256", "holder")


@pytest.fixture(name="bound")
def make_bound(guard, holder):
    return guard.token(cnf={"jkt": holder.thumbprint()})


def present(guard, token, proof, path="/", method="GET", scheme="DPoP"):
    return guard.ask(token, path, method, scheme, more=[("DPoP", proof)])


# -------------------------------------------------------------------------------------------------------------- DPoP


@pytest.mark.parametrize("alg", ["ES256", "RS256", "PS256", "EdDSA"])
def test_a_bound_token_passes_with_its_proof(guard, alg):
    key = new_key(alg, "holder")
    token = guard.token(cnf={"jkt": key.thumbprint()})
    assert present(guard, token, guard.proof(key, token, alg=alg)).status == 200
    assert present(guard, token, guard.proof(key, token, alg=alg), scheme="dpop").status == 200


def test_a_proof_counts_once(guard, refused, holder, bound):
    proof = guard.proof(holder, bound)
    assert present(guard, bound, proof).status == 200
    refused(present(guard, bound, proof), "invalid_dpop_proof")
    other = guard.token(cnf={"jkt": holder.thumbprint()})
    same = guard.proof(holder, other, jti="the-same")
    assert present(guard, other, same).status == 200
    refused(present(guard, bound, guard.proof(holder, bound, jti="the-same")), "invalid_dpop_proof")


def test_a_proof_is_over_before_it_is_forgotten(guard, refused, holder):
    token = guard.token(cnf={"jkt": holder.thumbprint()})
    ahead = guard.proof(holder, token, iat=guard.now() + 55)
    assert present(guard, token, ahead).status == 200
    guard.pass_time(100)
    refused(present(guard, token, ahead), "invalid_dpop_proof")
    guard.pass_time(30)
    refused(present(guard, token, ahead), "invalid_dpop_proof")


def test_the_challenge_is_one_for_dpop(guard, refused, holder, bound):
    answer = refused(present(guard, bound, "x.y.z"), "invalid_dpop_proof")
    assert answer.challenge.startswith('DPoP realm="records", ') and 'algs="RS256 PS256 ES256 EdDSA' in answer.challenge
    assert guard.ask(None).challenge.startswith('Bearer realm="records", DPoP algs="')
    answer = present(guard, bound, guard.proof(holder, bound, url=AUDIENCE + "/write"), "/write")
    assert answer.status == 403 and answer.challenge.startswith('DPoP realm="records", error="insufficient_scope"')


def test_a_bound_token_is_nothing_without_its_proof(guard, refused, holder, bound):
    refused(guard.ask(bound), "invalid_token")
    refused(guard.ask(bound, scheme="DPoP"), "invalid_dpop_proof")
    refused(present(guard, bound, guard.proof(holder, bound), scheme="Bearer"), "invalid_token")
    proof = guard.proof(holder, bound)
    refused(guard.ask(bound, scheme="DPoP", more=[("DPoP", proof), ("DPoP", proof)]), "invalid_dpop_proof")
    free = guard.token()
    refused(present(guard, free, guard.proof(holder, free)), "invalid_token")


@pytest.mark.parametrize("changes", [
    {"htm": "POST"}, {"htm": "get"}, {"htm": None}, {"htu": None}, {"htu": "/"}, {"htu": "https://other.example/"},
    {"htu": AUDIENCE + "/other"}, {"htu": AUDIENCE + ":444/"}, {"htu": "http://records.example.org/"}, {"htu": AUDIENCE + "/../"},
    {"htu": "https://user@records.example.org/"}, {"htu": 1}, {"ath": None}, {"ath": "x"}, {"ath": b64(hashlib.sha256(b"x").digest())},
    {"jti": None}, {"jti": ""}, {"jti": 1}, {"jti": "x" * 300}, {"iat": None}, {"iat": "1"}, {"iat": 0}, {"iat": 1e300}, {"iat": 1.5},
    {"exp": 1}, {"exp": "x"}, {"nbf": 253402300799}], ids=str)
def test_a_proof_that_is_for_something_else(guard, refused, holder, bound, changes):
    refused(present(guard, bound, guard.proof(holder, bound, **changes)), "invalid_dpop_proof")


def test_the_age_of_a_proof(guard, refused, holder, bound):
    for ago in (0, 8, 55, -8, -55):
        assert present(guard, bound, guard.proof(holder, bound, iat=guard.now() - ago)).status == 200, ago
    for ago in (65, 3600, -65, -3600):
        refused(present(guard, bound, guard.proof(holder, bound, iat=guard.now() - ago)), "invalid_dpop_proof")


@pytest.mark.parametrize("htu", [AUDIENCE + "/?x=y", AUDIENCE + "/#here", "HTTPS://Records.Example.ORG/", AUDIENCE + ":443/", AUDIENCE,
                                 "http://localhost:7777/"])
def test_addresses_that_are_the_same(guard, holder, bound, htu):
    assert present(guard, bound, guard.proof(holder, bound, htu=htu), "/?a=b").status == 200


def test_paths_are_compared_decoded(guard, holder, bound):
    assert present(guard, bound, guard.proof(holder, bound, htu=AUDIENCE + "/%7Eme/x"), "/~me/%78?q").status == 200


@pytest.mark.parametrize("header", [
    {"typ": "JWT"}, {"typ": None}, {"jwk": None}, {"jwk": "x"}, {"jwk": {}}, {"jwk": {"kty": "oct", "k": "AAAA"}},
    {"crit": ["x"], "x": 1}], ids=str)
def test_proofs_with_another_header(guard, refused, holder, bound, header):
    try:
        proof = guard.proof(holder, bound, header=header)
    except Exception:  # jwcrypto signs no unknown crit
        head, payload, signature = guard.proof(holder, bound).split(".")
        proof = f'{b64(json.dumps({"typ": "dpop+jwt", "alg": "ES256", **header}))}.{payload}.{signature}'
    refused(present(guard, bound, proof), "invalid_dpop_proof")


def test_another_s_proof(guard, refused, holder, bound):
    thief = new_key("ES256", "thief")
    refused(present(guard, bound, guard.proof(thief, bound)), "invalid_dpop_proof")
    refused(present(guard, bound, guard.proof(thief, bound, header={"jwk": json.loads(holder.export_public())})), "invalid_dpop_proof")
    other = guard.token(cnf={"jkt": holder.thumbprint()})
    refused(present(guard, bound, guard.proof(holder, other)), "invalid_dpop_proof")


def test_alg_none_and_shared_secrets_in_a_proof(guard, refused, holder, bound):
    head, payload, _ = guard.proof(holder, bound).split(".")
    public = json.loads(holder.export_public())
    for alg in ("none", "None", "HS256"):
        bad = b64(json.dumps({"typ": "dpop+jwt", "alg": alg, "jwk": public}))
        refused(present(guard, bound, f"{bad}.{payload}."), "invalid_dpop_proof")
    secret = jwk.JWK(kty="oct", k=b64(b"0" * 32))
    claims = base64.urlsafe_b64decode(payload + "==").decode()
    shared = sign(secret, {"typ": "dpop+jwt", "alg": "HS256", "jwk": json.loads(secret.export())}, claims)
    refused(present(guard, bound, shared), "invalid_dpop_proof")


@pytest.mark.parametrize("member", ["d", "k", "p", "oth"])
def test_a_private_key_in_a_proof(guard, refused, holder, bound, member):
    key = {**json.loads(holder.export_public()), member: json.loads(holder.export())["d"]}
    refused(present(guard, bound, guard.proof(holder, bound, header={"jwk": key})), "invalid_dpop_proof")


@pytest.mark.parametrize("cnf", [{}, [], "x", None, {"jkt": ""}, {"jkt": 1}, {"jwk": {}}, {"kid": "x"}, {"x5t#S256": ""},
                                 {"x5t#S256": 1}, {"jkt": "AAAA", "jwk": {}}], ids=str)
def test_a_confirmation_that_is_not_known(guard, refused, cnf):
    payload = json.dumps({**guard.claims(), "cnf": cnf})
    token = guard.token(payload=payload)
    refused(guard.ask(token), "invalid_token")
    assert guard.ask(token, scheme="DPoP").status == 401


def test_what_the_settings_do_not_name_is_refused(refused, holder):
    with GuardWorld("test_guard_unbound") as guard:
        token = guard.token(cnf={"jkt": holder.thumbprint()})
        refused(present(guard, token, guard.proof(holder, token)), "invalid_token")
        certificate, thumbprint = make_certificate()
        token = guard.token(cnf={"x5t#S256": thumbprint})
        refused(guard.ask(token, more=[("Client-Cert", rfc9440(certificate))]), "invalid_token")
        assert guard.ask(None).challenge == 'Bearer realm="records"'


def test_when_no_more_proofs_can_be_remembered(holder):
    settings = {"dpop": {"origins": [AUDIENCE], "proofs": 1024}}
    with GuardWorld("test_guard_proofs", **settings) as guard:
        token = guard.token(cnf={"jkt": holder.thumbprint()})
        seen = set()
        for _ in range(1400):
            seen.add(present(guard, token, guard.proof(holder, token)).status)
            if 503 in seen:
                break
        assert seen == {200, 503}
        guard.pass_time(130)
        assert present(guard, token, guard.proof(holder, token)).status == 200


# ------------------------------------------------------------------------------------------------ client certificates


def make_certificate():
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "client")])
    now = datetime.datetime(2026, 1, 1)
    certificate = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
                   .serial_number(1).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=365))
                   .sign(key, hashes.SHA256()))
    return certificate, b64(certificate.fingerprint(hashes.SHA256()))


def rfc9440(certificate):
    return ":" + base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode() + ":"


def test_a_token_bound_to_a_certificate(guard, refused):
    certificate, thumbprint = make_certificate()
    other, _ = make_certificate()
    token = guard.token(cnf={"x5t#S256": thumbprint})
    good = rfc9440(certificate)
    assert guard.ask(token, more=[("Client-Cert", good)]).status == 200
    for bad in ([], [("Client-Cert", rfc9440(other))], [("Client-Cert", good), ("Client-Cert", good)], [("Client-Cert", good[1:-1])],
                [("Client-Cert", "")], [("Client-Cert", "::")], [("Client-Cert", ":!!:")], [("Client-Cert", f":{b64(b'x' * 40)}:")],
                [("X-Client-Cert", good)], [("Client-Cert", f"{good}, {good}")]):
        refused(guard.ask(token, more=bad), "invalid_token")
    assert guard.ask(guard.token(), more=[("Client-Cert", good)]).status == 200, "a certificate alone asks for nothing"


def test_both_bindings_must_hold(guard, refused, holder):
    certificate, thumbprint = make_certificate()
    token = guard.token(cnf={"jkt": holder.thumbprint(), "x5t#S256": thumbprint})
    refused(present(guard, token, guard.proof(holder, token)), "invalid_token")
    more = [("DPoP", guard.proof(holder, token)), ("Client-Cert", rfc9440(certificate))]
    assert guard.ask(token, scheme="DPoP", more=more).status == 200


def test_a_certificate_as_nginx_escapes_it(refused):
    certificate, thumbprint = make_certificate()
    pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
    with GuardWorld("test_guard_pem", client_certificate={"header": "X-Client-Certificate", "format": "pem"}) as guard:
        token = guard.token(cnf={"x5t#S256": thumbprint})
        assert guard.ask(token, more=[("X-Client-Certificate", urllib.parse.quote(pem, safe=""))]).status == 200
        for bad in (pem.replace("\n", " "), urllib.parse.quote(pem[:200]), rfc9440(certificate), "%ZZ"):
            refused(guard.ask(token, more=[("X-Client-Certificate", bad)]), "invalid_token")
