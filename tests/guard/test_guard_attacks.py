# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""Tokens that are none: everything that has been tried on verifiers of JWTs (RFC 8725), and each hole that liboauth2
1.4.5.4 is known to have. Nothing but a refusal comes of it, no key is fetched from where a token says, and the guard
goes on."""

import http.server
import json
import threading
import time

import pytest
from guard_world import AUDIENCE, KINDS, GuardWorld, b64, new_key, sign
from jwcrypto import jwk

SETTINGS = {"dpop": {"origins": [AUDIENCE]}, "keys": {"min_refresh": "1h", "refresh": "1h"}}


@pytest.fixture(autouse=True)
def is_well_afterwards(guard):
    yield
    assert guard.ask(guard.token()).status == 200 and guard.metric("disagreements_total") == 0


@pytest.fixture(name="trap")
def set_trap():
    """A server to which a token leads; nobody may come."""
    visits = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            visits.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    assert not visits, "a key was fetched from where a token said"


def parts(header, payload, signature=""):
    return ".".join([b64(header if isinstance(header, str) else json.dumps(header)),
                     b64(payload if isinstance(payload, str) else json.dumps(payload)), signature])


# ------------------------------------------------------------------------------------------------------ alg and keys


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE", "none ", "", None, 0, True, ["none"], "HS256", "es256",
                                 "ES256\u0000", "RS1", "ES384"])
@pytest.mark.parametrize("signature", ["", "AA"])
def test_alg_none_and_its_spellings(guard, refused, alg, signature):
    header = {"typ": "at+jwt", "kid": "ES256", **({} if alg is None else {"alg": alg})}
    refused(guard.ask(guard.keep(parts(header, guard.claims(), signature))), "invalid_token")


@pytest.mark.parametrize("kind", ["RS256", "ES256"])
def test_key_confusion_of_shared_secret_and_public_key(guard, refused, kind):
    public = new_key(kind, kind)
    for secret in (public.export_to_pem(), public.export_to_pem().strip(), public.export_public().encode()):
        key = jwk.JWK(kty="oct", k=b64(secret))
        token = sign(key, {"alg": "HS256", "typ": "at+jwt", "kid": kind}, guard.claims())
        refused(guard.ask(guard.keep(token)), "invalid_token")


@pytest.mark.parametrize("claimed, kid", [("RS256", "PS256"), ("PS256", "RS256")])
def test_an_rsa_key_has_one_padding(guard, refused, claimed, kid):
    """Signed well, by the key that is named, but with the padding that it is not for."""
    key = json.loads(new_key(kid, kid).export())
    any_padding = jwk.JWK(**{name: value for name, value in key.items() if name not in ("alg", "use")})
    refused(guard.ask(guard.token(claimed, key=any_padding)), "invalid_token")


@pytest.mark.parametrize("claimed", ["RS256", "PS256", "ES256", "EdDSA", "SGD_SM3_SM2"])
def test_an_algorithm_that_is_not_the_key_s(guard, refused, claimed):
    for kid in KINDS:
        if kid != claimed:
            _, payload, signature = guard.token(kid).split(".")
            head = b64(json.dumps({"alg": claimed, "typ": "at+jwt", "kid": kid}))
            refused(guard.ask(guard.keep(f"{head}.{payload}.{signature}")), "invalid_token")


def test_a_key_in_the_token_is_not_used(guard, refused, trap):
    own = new_key("ES256", "attacker")
    public = json.loads(own.export_public())
    for more in ({"jwk": public}, {"jku": trap + "/jwks"}, {"x5u": trap + "/cert"}, {"x5c": ["AAAA"]},
                 {"jwk": public, "jku": trap, "x5u": trap}):
        for kid in ("attacker", "ES256", None, trap + "/key"):
            refused(guard.ask(guard.token(key=own, header={"kid": kid, **more})), "invalid_token")
    fetched = guard.issuer.fetches()
    assert guard.ask(guard.token(header={"jku": trap, "jwk": public})).status == 200, "signed by a key of the issuer"
    assert guard.issuer.fetches() == fetched


@pytest.mark.parametrize("kid", ["../../etc/passwd", "/dev/null", "' OR 1=1 --", "*", "ES25?", "%s%s%n", "{}", "\n", "\u0000", "x" * 300,
                                 1, None, ["ES256"], {"a": 1}])
def test_a_kid_is_only_compared(guard, refused, kid):
    own = new_key("ES256", "attacker")
    refused(guard.ask(guard.token(key=own, header={"kid": kid})), "invalid_token")


@pytest.mark.parametrize("more", [{"crit": ["exp"]}, {"crit": []}, {"crit": ["unknown"], "unknown": 1}, {"b64": False, "crit": ["b64"]},
                                  {"b64": False}, {"crit": "exp"}, {"crit": None}])
def test_crit_and_b64(guard, refused, more):
    key = new_key("ES256", "ES256")
    head = json.dumps({"alg": "ES256", "typ": "at+jwt", "kid": "ES256", **more})
    payload = b64(json.dumps(guard.claims()))
    # signed by hand: jwcrypto would not
    token = hand_signed(key, b64(head), payload)
    refused(guard.ask(guard.keep(token)), "invalid_token")


def hand_signed(key, head, payload):
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, utils
    private = key.get_op_key("sign")
    r, s = utils.decode_dss_signature(private.sign(f"{head}.{payload}".encode(), ec.ECDSA(hashes.SHA256())))
    return f"{head}.{payload}.{b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


# -------------------------------------------------------------------------------------------------------- signatures


P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@pytest.mark.parametrize("signature", [
    b"", b"\0" * 64, b"\0" * 32 + b"\1" * 32, b"\1" * 32 + b"\0" * 32,
    P256_ORDER.to_bytes(32, "big") + b"\0" * 31 + b"\1", b"\xff" * 64, b"\0" * 63, b"\0" * 65, b"\x30\x06\x02\x01\x00\x02\x01\x00"])
def test_empty_and_psychic_signatures(guard, refused, signature):
    head, payload, _ = guard.token().split(".")
    refused(guard.ask(guard.keep(f"{head}.{payload}.{b64(signature)}")), "invalid_token")


def test_a_signature_that_was_changed_in_any_way(guard, refused):
    for alg in ("ES256", "RS256", "PS256", "EdDSA"):
        token = guard.token(alg)
        head, payload, signature = token.split(".")
        other = guard.token(alg, sub="person-2")
        for bad in (f"{head}.{payload}.{other.split('.')[2]}", f"{head}.{other.split('.')[1]}.{signature}",
                    f"{head}.{payload}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}", f"{token}=", f"{token}.",
                    f"{head}.{payload}", f".{payload}.{signature}", f"{token}.{signature}", f"{token}A", token[:-1]):
            refused(guard.ask(guard.keep(bad)), "invalid_token")


def test_stray_bits_in_base64url(guard, refused):
    """64 bytes leave four bits of the last character unused: another character must not stand for the same bytes."""
    token = guard.token()
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = letters.index(token[-1])
    refused(guard.ask(guard.keep(token[:-1] + letters[last ^ 1])), "invalid_token")


# ------------------------------------------------------------------------------------------------- shapes and claims


@pytest.mark.parametrize("payload", [
    "", "{", "[]", "null", '"text"', "1", '{"a":' * 200 + "1" + "}" * 200, "[" * 5000, '{"iss":"a"} {"iss":"b"}',
    '{"iss":"\\ud800"}'], ids=lambda text: text[:12])
def test_payloads_that_are_no_claims(guard, refused, payload):
    refused(guard.ask(guard.token(payload=payload or " ")), "invalid_token")


def test_duplicate_members(guard, refused):
    text = json.dumps(guard.claims())
    refused(guard.ask(guard.token(payload=text[:-1] + ',"sub":"person-2"}')), "invalid_token")
    head = '{"alg":"ES256","typ":"at+jwt","kid":"ES256","alg":"none"}'
    refused(guard.ask(guard.keep(hand_signed(new_key("ES256", "ES256"), b64(head), b64(text)))), "invalid_token")


def test_deep_nesting_and_many_members(guard, refused):
    deep = json.loads('{"a":' * 60 + "1" + "}" * 60)
    refused(guard.ask(guard.token(deep=deep)), "invalid_token")
    assert guard.ask(guard.token(many={f"m{i}": i for i in range(500)})).status == 200


def test_oversized(guard, refused):
    refused(guard.ask(guard.token(big="x" * 20000)), "invalid_token")
    assert guard.ask("x" * 200000).status == 431


@pytest.mark.parametrize("typ", ["JWT", "jwt", "", None, "at+jwt;x", "dpop+jwt", "logout+jwt", "application/jwt", "token-introspection+jwt"])
def test_other_kinds_of_tokens(guard, refused, typ):
    refused(guard.ask(guard.token(header={"typ": typ})), "invalid_token")


def test_typ_as_a_media_type(guard):
    for typ in ("application/at+jwt", "AT+JWT"):
        assert guard.ask(guard.token(header={"typ": typ})).status == 200


HUGE = [1e300, 2 ** 63 - 1, 10 ** 18, -1, 0, 0.5, "1e400", "9999999999", True, None, [], {}]


@pytest.mark.parametrize("value", HUGE, ids=str)
def test_times_that_are_none(guard, refused, value):
    for name in ("exp", "nbf", "iat"):
        if name == "nbf" and value in (0, None) or name == "iat" and value is None:
            continue  # in the past; absent
        if isinstance(value, bool) or not (name == "nbf" and value is False):
            refused(guard.ask(guard.token(**{name: value})), "invalid_token")


def test_numbers_beyond_what_numbers_are(guard, refused):
    for text in ("1e400", "-1e400", "1" * 400, "NaN", "Infinity", "0x7fffffff", "1_000"):
        claims = json.dumps(guard.claims(exp=12345)).replace("12345", text)
        refused(guard.ask(guard.token(payload=claims)), "invalid_token")


@pytest.mark.parametrize("changes", [
    {"iss": None}, {"iss": "http://localhost:1"}, {"iss": ["x"]}, {"iss": ""}, {"sub": 1}, {"sub": ["person-1"]}, {"sub": {}}])
def test_foreign_and_malformed_claims(guard, refused, changes):
    refused(guard.ask(guard.token(**changes)), "invalid_token")


def test_the_issuer_is_compared_exactly(guard, refused):
    for issuer in (guard.issuer.url + "/", guard.issuer.url.upper(), guard.issuer.url + "#", " " + guard.issuer.url):
        refused(guard.ask(guard.token(iss=issuer)), "invalid_token")


def test_an_encrypted_token_is_no_signed_one(guard, refused):
    refused(guard.ask(guard.keep(".".join([b64('{"alg":"RSA1_5","enc":"A128GCM","zip":"DEF"}')] + ["AAAA"] * 4))), "invalid_token")


def test_garbage(guard):
    for token in (".", "..", "...", "....", "a.b.c", "e30.e30.", "=", "%00", "eyJ", "-" * 1000, "." * 1000):
        assert guard.ask(token).status == 401


# ------------------------------------------------- the holes of liboauth2 1.4.5.4: each by name, none of them in the guard


def test_hole_aud_is_not_checked(guard, refused):
    for audience in (None, "https://other.example", "", [], ["https://other.example"], {"a": AUDIENCE}, 1, [AUDIENCE, 1],
                     AUDIENCE + "/", AUDIENCE.upper(), [[AUDIENCE]]):
        refused(guard.ask(guard.token(aud=audience)), "invalid_token")
    assert guard.ask(guard.token(aud=["https://other.example", AUDIENCE])).status == 200


def test_hole_nbf_is_not_checked(guard, refused):
    refused(guard.ask(guard.token(nbf=guard.now() + 60)), "invalid_token")
    assert guard.ask(guard.token(nbf=guard.now() + 5)).status == 200, "within the leeway"


def test_hole_exp_is_optional(guard, refused):
    refused(guard.ask(guard.token(exp=None)), "invalid_token")
    refused(guard.ask(guard.token(exp=guard.now() - 11)), "invalid_token")
    refused(guard.ask(guard.token(exp=guard.now() + 86400 * 3)), "invalid_token")


@pytest.mark.parametrize("alg", ["ES256", "EdDSA"])
def test_hole_a_cached_token_outlives_its_exp(guard, refused, alg):
    token = guard.token(alg, exp=guard.now() + 30)
    for _ in range(3):
        assert guard.ask(token).status == 200
    guard.pass_time(45)
    for _ in range(3):
        refused(guard.ask(token), "invalid_token")


def test_hole_the_nonce_is_not_compared(guard, refused):
    """It is the relying party's; here it means that an ID token, nonce or not, must not pass as an access token."""
    for more in ({"nonce": "n-0S6_WzA2Mj"}, {}):
        refused(guard.ask(guard.token(header={"typ": "JWT"}, aud="portal", **more)), "invalid_token")
        refused(guard.ask(guard.token(header={"typ": "JWT"}, **more)), "invalid_token")


def test_hole_text_is_taken_for_a_format(guard):
    evil = "%n%n%s%s%x%99999d\r\nSET x y"
    answer = guard.ask(guard.token(sub=evil, jti=evil, client_id=evil))
    assert answer.status == 200 and answer.headers["X-Subject"] == "%25n%25n%25s%25s%25x%2599999d%0D%0ASET x y"
    assert guard.ask(guard.token(header={"kid": "%n%s"}, key=new_key("ES256", "attacker"))).status == 401


def test_hole_a_private_key_in_a_dpop_jwk(guard, refused):
    key = new_key("ES256", "holder")
    token = guard.token(cnf={"jkt": key.thumbprint()})
    good = guard.proof(key, token)
    assert guard.ask(token, scheme="DPoP", more=[("DPoP", good)]).status == 200
    bad = guard.proof(key, token, header={"jwk": json.loads(key.export())})
    refused(guard.ask(token, scheme="DPoP", more=[("DPoP", bad)]), "invalid_dpop_proof")


def test_hole_secrets_are_logged(guard):
    """At the level debug, which this guard has: liboauth2 itself logs whole tokens as errors."""
    token = guard.token(sub="somebody-whose-name-is-secret", email="secret@example.org")
    assert guard.ask(token).status == 200
    guard.ask(token[:-5] + "AAAAA")
    said = guard.program.said()
    for secret in (token, token.split(".")[1], token.split(".")[2], "somebody-whose-name-is-secret", "secret@example.org"):
        assert secret not in said


def test_hole_it_blocks():
    """A fetch of keys that hangs holds up the request that needs it, and no other; one worker is one thread."""
    with GuardWorld("test_guard_blocking", workers=1, keys={"min_refresh": "1s", "timeout": "20s"}) as guard:
        known = guard.token("RS256")
        assert guard.ask(known).status == 200
        guard.pass_time(2)
        guard.issuer.gate.clear()
        unknown = guard.token(key=new_key("ES256", "attacker"))
        answers = []
        stranger = threading.Thread(target=lambda: answers.append(guard.ask(unknown)))
        before = len(guard.issuer.paths)
        stranger.start()
        while len(guard.issuer.paths) == before:
            time.sleep(0.01)
        for _ in range(20):
            started = time.monotonic()
            assert guard.ask(known).status == 200 and guard.ask(guard.token()).status == 200
            assert time.monotonic() - started < 5
        assert not answers
        guard.issuer.gate.set()
        stranger.join(30)
        assert answers[0].status == 401


def test_hole_neither_eddsa_nor_sm2(guard):
    before = guard.metric("second_opinions_total")
    assert guard.ask(guard.token("EdDSA")).status == 200
    assert guard.metric("second_opinions_total") == before, "it is not asked about what it does not know"
