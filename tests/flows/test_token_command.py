# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""`baygate token`: what it tells of the gateway's own tokens, and what it says to everything that has been tried on
verifiers of JWTs: refused in words, with nothing fetched but the keys."""

import json
import os
import subprocess
import time

import pytest
from flow_world import GATEWAY
from guard_world import Issuer, b64, new_key, sign
from jwcrypto import jwk
from journey import Journey
from program import free_ports
from relying_party import answer_json, parts_of
from web_browser import exchange

AUDIENCE = "https://records.example.org"


def run(*arguments, stdin=None, clock=None):
    environment = {**os.environ, **({"BAYGATE_TEST_CLOCK": str(clock)} if clock else {})}
    done = subprocess.run([GATEWAY, "token", *map(str, arguments)], input=stdin, capture_output=True, text=True, timeout=60,
                          check=False, env=environment)
    assert done.returncode in (0, 1, 2), done.stderr[-3000:]
    assert done.stdout.isascii() and not [c for c in done.stdout if ord(c) < 32 and c != "\n"], "it commands the terminal"
    return done


@pytest.fixture(name="issuer", scope="module")
def make_issuer():
    issuer = Issuer()
    yield issuer
    issuer.stop()


@pytest.fixture(name="keys", scope="module")
def write_keys(issuer, tmp_path_factory):
    path = tmp_path_factory.mktemp("keys") / "jwks.json"
    path.write_bytes(issuer.answer("/jwks")[1])
    return path


@pytest.fixture(name="verify")
def make_verify(issuer, keys):
    """verify(token): with the keys in a file, so that nothing is fetched at all."""
    def verify(token, *options):
        before = len(issuer.paths)
        done = run("verify", "--jwks", keys, "--issuer", issuer.url, "--audience", AUDIENCE, *options, "-", stdin=token)
        assert len(issuer.paths) == before, "something was fetched"
        return done
    return verify


def claims_of(issuer, **changes):
    now = int(time.time())
    claims = {"iss": issuer.url, "aud": AUDIENCE, "sub": "person-1", "client_id": "portal", "iat": now, "exp": now + 600,
              "jti": "1", "scope": "read", **changes}
    return {name: value for name, value in claims.items() if value is not None}


def token_of(issuer, alg="ES256", key=None, header=None, **changes):
    key = key or new_key(alg, alg)
    head = {"alg": alg, "typ": "at+jwt", "kid": alg, **(header or {})}
    return sign(key, {name: value for name, value in head.items() if value is not None}, claims_of(issuer, **changes))


def parts(header, payload, signature=""):
    return ".".join([b64(header if isinstance(header, str) else json.dumps(header)),
                     b64(payload if isinstance(payload, str) else json.dumps(payload)), signature])


def refused(done, words):
    assert done.returncode == 1 and done.stdout.splitlines()[-1].startswith("refused: "), done.stdout + done.stderr
    assert words in done.stdout.splitlines()[-1], done.stdout


# -- the gateway's own

def test_the_tokens_of_a_login(world, tmp_path):
    world.hurry()
    tokens = Journey(world, "refreshing").finish()
    (tmp_path / "jwks.json").write_bytes(exchange("GET", world.issuer + "/jwks").body)
    for name, kind, audience in (("access_token", "an access token (RFC 9068)", "https://api.example"),
                                 ("id_token", "an ID token (OpenID Connect)", "refreshing")):
        done = run("verify", "-j", tmp_path / "jwks.json", "-i", world.issuer, "-a", audience, "-", stdin=tokens[name] + "\n",
                   clock=world.clock)
        assert done.returncode == 0 and done.stdout.startswith(kind) and done.stdout.endswith("\ngood\n"), done.stdout
        assert f"made by      {world.issuer}" in done.stdout and "(in " in done.stdout
        refused(run("verify", "-j", tmp_path / "jwks.json", "-a", "https://elsewhere.example", tokens[name], clock=world.clock),
                f"audience: for {audience}, not for https://elsewhere.example")
    assert "status list  place " in run("decode", tokens["access_token"]).stdout
    done = run("verify", "-i", world.issuer, tokens["refresh_token"], clock=world.clock)
    refused(done, "what it stands for is at the gateway")
    assert done.stdout.startswith("a refresh token of a Baygate")


def test_keys_by_discovery(world):
    world.hurry()
    token = Journey(world, "hongkong").finish()["access_token"]
    assert run("verify", "--issuer", world.issuer, "-", stdin=token, clock=world.clock).returncode == 0
    done = run("verify", "--jwks", world.issuer + "/jwks", "--json", token, clock=world.clock)
    told = json.loads(done.stdout)
    assert done.returncode == 0 and told["good"] is True and told["claims"] == parts_of(token)[1]
    assert {check["check"]: check["verdict"] for check in told["checks"]} == {
        "form": "good", "kind": "good", "signature": "good", "issuer": "not checked", "audience": "not checked", "end": "good"}


def test_opaque_tokens_and_status_lists(world):
    world.hurry()
    tokens = Journey(world, "opaque").finish()
    done = run("decode", tokens["access_token"], clock=world.clock)
    assert done.returncode == 1 and done.stdout.startswith("an opaque access token of a Baygate")
    assert "until " in done.stdout and "(in " in done.stdout
    token = Journey(world, "hongkong").finish()["access_token"]
    uri = parts_of(token)[1]["status"]["status_list"]["uri"]
    text = exchange("GET", uri).body
    done = run("verify", "--issuer", world.issuer, text.decode() if isinstance(text, bytes) else text, clock=world.clock)
    assert done.returncode == 0 and done.stdout.startswith("a status list: which tokens were revoked")


# -- what is said, and how

def test_good(issuer, verify):
    for alg in ("ES256", "RS256", "PS256", "EdDSA"):
        done = verify(token_of(issuer, alg))
        assert done.returncode == 0 and f"a signed JWT, {alg}" in done.stdout, done.stdout


@pytest.mark.parametrize("changes, words", [
    ({"exp": int(time.time()) - 7500}, "end: it ended 20"), ({"exp": None}, "end: it has no end (exp)"),
    ({"nbf": int(time.time()) + 500}, "beginning: nbf is 20"), ({"iat": int(time.time()) + 500}, "beginning: iat is 20"),
    ({"iss": "https://other.example"}, "issuer: made by https://other.example, not by http://localhost:"),
    ({"iss": None}, "issuer: it does not say who made it"), ({"aud": None}, "audience: it does not say for whom it is"),
    ({"aud": "https://other.example"}, f"audience: for https://other.example, not for {AUDIENCE}"),
    ({"aud": ["a", "b"]}, f"audience: for others, not for {AUDIENCE}"), ({"aud": [AUDIENCE, 1]}, "claims: "),
    ({"aud": {AUDIENCE: 1}}, "audience: "), ({"sub": 1}, "claims: "), ({"exp": "soon"}, "end: exp is not a time"),
    ({"exp": 1e300}, "end: exp is not a time"), ({"exp": -1}, "end: exp is not a time"),
    ({"exp": 1e10 + 0.5}, "end: exp is not a time"), ({"exp": 253402300800}, "end: exp is not a time"),
    ({"exp": 253402300799}, "claims: "), ({"exp": [1]}, "end: exp is not a time"), ({"nbf": "x"}, "beginning: nbf is not a time"),
    ({"iat": 1e300}, "beginning: iat is not a time"), ({"header": {"typ": "x+jwt"}}, "kind: "),
    ({"header": {"typ": None}}, "kind: "), ({"header": {"kid": "nobody"}}, 'signature: none of the 4 keys is "nobody"'),], ids=str)
def test_each_failure_has_its_words(issuer, verify, changes, words):
    refused(verify(token_of(issuer, **changes)), words)


@pytest.mark.parametrize("more", [{"crit": ["x"], "x": 1}, {"crit": []}, {"b64": False, "crit": ["b64"]}, {"b64": True}])
def test_extensions_are_not_understood(issuer, verify, more):
    refused(verify(parts({"alg": "ES256", "typ": "at+jwt", "kid": "ES256", **more}, claims_of(issuer), "AA")),
            'form: "crit" and "b64" are not understood')


def test_how_long_ago(issuer, verify):
    now = int(time.time())
    for age, words in ((3, " s ago)"), (630, "(10 min ago)"), (4 * 3600 + 60, "(4 h ago)"), (5 * 86400 + 60, "(5 days ago)")):
        assert words in verify(token_of(issuer, exp=now - age)).stdout
    assert "(in 10 min)" in verify(token_of(issuer, exp=now + 630)).stdout


# -- attacks

@pytest.mark.parametrize("alg", ["none", "None", "nOnE", "none ", "", None, 0, ["none"], "HS256", "es256", "ES256\u0000", "RS1"])
@pytest.mark.parametrize("signature", ["", "AA"])
def test_alg_none_and_its_spellings(issuer, verify, alg, signature):
    header = {"typ": "at+jwt", "kid": "ES256", **({} if alg is None else {"alg": alg})}
    done = verify(parts(header, claims_of(issuer), signature))
    refused(done, "form: ")
    if alg == "none":
        assert "nobody signed it" in done.stdout


def test_a_public_key_as_a_shared_secret(issuer, verify):
    public = new_key("RS256", "RS256")
    key = jwk.JWK(kty="oct", k=b64(public.export_to_pem()))
    refused(verify(sign(key, {"alg": "HS256", "typ": "at+jwt", "kid": "RS256"}, claims_of(issuer))), "shared secret")


@pytest.mark.parametrize("claimed, kid", [("RS256", "PS256"), ("PS256", "RS256"), ("ES256", "RS256"), ("EdDSA", "ES256")])
def test_a_key_has_one_algorithm(issuer, verify, claimed, kid):
    token = token_of(issuer, claimed, key=jwk.JWK.generate(**{"ES256": {"kty": "EC", "crv": "P-256"},
                                                              "EdDSA": {"kty": "OKP", "crv": "Ed25519"}}.get(
                                                                  claimed, {"kty": "RSA", "size": 2048})), header={"kid": kid})
    refused(verify(token), f'signature: none of the 4 keys is "{kid}" for {claimed}')


def test_keys_that_a_token_brings_or_names(issuer, verify):
    stranger = jwk.JWK.generate(kty="EC", crv="P-256")
    trap = issuer.url + "/trap"
    for more in ({"jwk": json.loads(stranger.export_public())}, {"jku": trap}, {"x5u": trap}, {"x5c": ["AAAA"]},
                 {"jwk": json.loads(stranger.export_public()), "kid": None}):
        done = verify(token_of(issuer, key=stranger, header=more))
        refused(done, "signature: ")
        assert "they count for nothing and are not fetched" in done.stdout
    done = run("verify", "--issuer", issuer.url, token_of(issuer, header={"jku": trap}, iss=issuer.url))
    assert done.returncode == 0 and "/trap" not in issuer.paths, "the good key, whatever else it names"


@pytest.mark.parametrize("signature", [b"", bytes(64), b"\x01" * 64, b"\xff" * 64, bytes(63), bytes(65),
                                       b"\x30\x06\x02\x01\x00\x02\x01\x00", bytes(31) + b"\1" + bytes(31) + b"\1"], ids=len)
def test_psychic_signatures(issuer, verify, signature):
    head, body, _ = token_of(issuer).split(".")
    refused(verify(f"{head}.{body}.{b64(signature)}"), "signature: not made with the key")


def test_what_was_changed_after_it_was_signed(issuer, verify):
    head, _, signature = token_of(issuer).split(".")
    refused(verify(f"{head}.{b64(json.dumps(claims_of(issuer, scope='all')))}.{signature}"), "or the token was changed since")


@pytest.mark.parametrize("make", [
    lambda good, issuer: good + "A" * 20000, lambda good, issuer: good + "=", lambda good, issuer: good + ".x",
    lambda good, issuer: good.replace(".", ".."), lambda good, issuer: " . . ", lambda good, issuer: "x.y.z",
    lambda good, issuer: "", lambda good, issuer: ".", lambda good, issuer: "A" * 200000,
    lambda good, issuer: parts('{"alg":"ES256","alg":"none","typ":"at+jwt"}', claims_of(issuer), "AA"),
    lambda good, issuer: parts({"alg": "ES256"}, '{"iss":"a","iss":"b"}', "AA"),
    lambda good, issuer: parts({"alg": "ES256"}, "[" * 5000 + "]" * 5000, "AA"),
    lambda good, issuer: parts('{"alg":"ES256","a":' + '{"a":' * 2000 + "1" + "}" * 2001, {}, "AA"),
    lambda good, issuer: parts({"alg": "ES256"}, '{"exp":1e400}', "AA"), lambda good, issuer: parts([], {}, "AA"),
    lambda good, issuer: parts({"alg": "ES256"}, "null", "AA"), lambda good, issuer: parts("\ud83d".encode("utf-16", "surrogatepass").hex(), {}),
    lambda good, issuer: ".".join([b64('{"alg":"RSA1_5","enc":"A128GCM","zip":"DEF"}')] + ["AAAA"] * 4)], ids=range(18))
def test_malformed_and_oversized(issuer, verify, make):
    done = verify(make(token_of(issuer), issuer))
    assert done.returncode == 1 and ("refused: form: " in done.stdout or "longer than any token" in done.stderr), done


def test_what_a_token_says_does_not_command_the_terminal(issuer, verify):
    nasty = "\x1b[2J\x07\u202egood\x9b31m\nrefused: no\r" + "x" * 500
    token = token_of(issuer, sub=nasty, iss=nasty, scope=nasty, aud=[nasty], header={"kid": "ES256"})
    for done in (verify(token), verify(token, "--json"), run("decode", token), run("decode", "--json", token)):
        assert "\\x1b[2j" in done.stdout.lower() or "\\u001b[2j" in done.stdout.lower()


# -- keys and where they come from

def test_keys_that_can_t_be_had(issuer, tmp_path):
    token = token_of(issuer)
    (tmp_path / "none.json").write_text("{}")
    (tmp_path / "long.json").write_text('{"keys":[' + "1," * 200000 + "1]}")
    for place in (tmp_path / "absent.json", tmp_path / "none.json", tmp_path / "long.json", f"http://localhost:{free_ports(1)[0]}/",
                  "http://elsewhere.example/jwks", "https://user@localhost/jwks", "http://", issuer.url + "/nothing"):
        done = run("verify", "--jwks", place, token)
        assert done.returncode == 1 and "the keys can't be had" in done.stderr and not done.stdout, place
    for said in ("file:///etc/passwd", "https:/x", "https://localhost:1/jwks#x"):
        assert run("verify", "--jwks", said, token).returncode == 1
    assert run("verify", "--issuer", "http://elsewhere.example", token).returncode == 1


def test_a_discovery_document_that_leads_elsewhere(issuer):
    token, other = token_of(issuer), Issuer()
    try:
        for metadata in ({"issuer": other.url}, {"jwks_uri": other.url + "/jwks"}, {"jwks_uri": None}, {"jwks_uri": "file:///x"}):
            issuer.metadata = metadata
            done = run("verify", "--issuer", issuer.url, token)
            assert done.returncode == 1 and "discovery document" in done.stderr
        assert not other.paths
    finally:
        issuer.metadata = {}
        other.stop()
    issuer.status = 302
    try:
        assert "status 302" in run("verify", "--issuer", issuer.url, token).stderr
    finally:
        issuer.status = 200


def test_wrong_usage():
    for arguments in ((), ("verify",), ("verify", "x.y.z"), ("decode",), ("decode", "a", "b"), ("sign", "x"), ("--nonsense",)):
        assert run(*arguments).returncode == 2, arguments
    helped = run("--help")
    assert helped.returncode == 0 and "everybody on this machine can see" in helped.stdout


def test_answers_from_an_error(world):
    """What is no token at all is said so."""
    body = answer_json(exchange("POST", world.issuer + "/token", {"Content-Type": "application/x-www-form-urlencoded"}, "a=b"))
    done = run("decode", json.dumps(body))
    assert done.returncode == 1 and done.stdout.startswith("nothing that a Baygate makes")
