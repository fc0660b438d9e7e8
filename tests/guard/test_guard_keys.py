# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""Where the keys come from, how often, and what happens when they don't: every request to the issuer is counted."""

import datetime
import json
import threading

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from guard_world import GuardWorld, new_key
from program import wait_until

KEYS = {"refresh": "5m", "min_refresh": "30s", "max_stale": "1h", "timeout": "2s"}


@pytest.fixture(name="start")
def starter(request):
    """start(…settings): a guard of this test's own."""
    worlds = []

    def start(**settings):
        world = GuardWorld("test_guard_keys", **{"keys": KEYS, **settings})
        worlds.append(world.__enter__())
        return world

    yield start
    for world in worlds:
        world.__exit__(None, None, None)


def fetched_again(guard, since):
    wait_until(lambda: guard.metric("key_fetches_total") > since, "the keys are fetched again")


def test_unknown_keys_cause_no_storm(start, refused):
    guard = start()
    assert guard.issuer.fetches() == 1, "at the start"
    stranger = new_key("ES256", "attacker")
    for n in range(50):
        refused(guard.ask(guard.token(key=stranger, header={"kid": f"unknown-{n}"})), "invalid_token")
    assert guard.issuer.fetches() == 1, "within min_refresh of the first"
    guard.pass_time(31)
    for n in range(50):
        refused(guard.ask(guard.token(key=stranger, header={"kid": f"unknown-{n}"})), "invalid_token")
    assert guard.issuer.fetches() == 2
    assert guard.metric("key_fetches_too_early_total") >= 99


def test_those_who_need_keys_at_once_wait_for_one_fetch(start):
    guard = start()
    guard.pass_time(31)
    fresh = new_key("ES256", "fresh")
    guard.issuer.keys.append(fresh)
    guard.issuer.gate.clear()
    answers, before = [], len(guard.issuer.paths)
    tokens = [guard.token(key=fresh) for _ in range(30)]
    crowd = [threading.Thread(target=lambda each=each: answers.append(guard.ask(each).status)) for each in tokens]
    for one in crowd:
        one.start()
    wait_until(lambda: len(guard.issuer.paths) > before and guard.metric("tasks") >= 30, "all of them wait")
    guard.issuer.gate.set()
    for one in crowd:
        one.join(30)
    assert answers == [200] * 30 and guard.issuer.fetches() == 2


def test_only_so_many_wait_for_one_fetch(start):
    guard = start(workers=1, keys={**KEYS, "timeout": "20s"})
    guard.pass_time(31)
    guard.issuer.gate.clear()
    answers, before = [], len(guard.issuer.paths)
    tokens = [guard.token(key=new_key("ES256", "attacker"), jti=f"{n}") for n in range(300)]
    crowd = [threading.Thread(target=lambda each=each: answers.append(guard.ask(each).status)) for each in tokens]
    for one in crowd:
        one.start()
    wait_until(lambda: len(guard.issuer.paths) > before and len(answers) == 43, "257 of them wait")
    assert guard.ask(guard.token()).status == 200 and guard.metric("tasks") == 258  # with the one that asks
    guard.issuer.gate.set()
    for one in crowd:
        one.join(30)
    assert answers == [401] * 300 and guard.issuer.fetches() == 2


def test_tokens_that_would_be_refused_anyway_cause_no_fetch(start, refused):
    guard = start()
    guard.pass_time(31)
    stranger = new_key("ES256", "attacker")
    for changes in ({"exp": guard.now() - 100}, {"iss": "http://x"}, {"aud": "y"}, {"header": {"typ": "JWT"}}):
        refused(guard.ask(guard.token(key=stranger, **changes)), "invalid_token")
    assert guard.issuer.fetches() == 1


def test_rotation(start, refused):
    guard = start()
    old = guard.token("ES256")
    assert guard.ask(old).status == 200
    fresh = new_key("ES256", "fresh")
    guard.issuer.keys.append(fresh)
    guard.pass_time(31)
    assert guard.ask(guard.token(key=fresh)).status == 200, "fetched because of the token"
    assert guard.ask(old).status == 200
    guard.issuer.keys = [fresh]
    before = guard.metric("key_fetches_total")
    guard.pass_time(301)
    fetched_again(guard, before)
    assert guard.ask(guard.token(key=fresh)).status == 200
    refused(guard.ask(guard.token("ES256")), "invalid_token")
    refused(guard.ask(old), "invalid_token")  # verified before, but by a key that is gone


def test_the_same_keys_again_keep_what_was_verified(start):
    guard = start()
    token = guard.token()
    assert guard.ask(token).status == 200
    before, signatures = guard.metric("key_fetches_total"), guard.metric("signatures_total")
    guard.pass_time(301)
    fetched_again(guard, before)
    assert guard.ask(token).status == 200 and guard.metric("signatures_total") == signatures


def test_keys_survive_an_outage_up_to_a_limit(start):
    guard = start()
    guard.issuer.stop()
    token = guard.token(exp=guard.now() + 20000)
    for _ in range(6):
        failures = guard.metric("key_fetch_failures_total")
        guard.pass_time(590)
        wait_until(lambda before=failures: guard.metric("key_fetch_failures_total") > before, "another try")
        assert guard.ask(token).status == 200 and guard.get("/readyz").status == 200
    guard.pass_time(100)
    answer = guard.ask(token)
    assert answer.status == 503 and answer.headers["Retry-After"] and "X-Subject" not in answer.headers
    assert guard.ask(guard.token()).status == 503
    assert guard.ask(None).status == 401, "that needs no keys"
    assert guard.get("/readyz").status == 503 and guard.get("/healthz").status == 200
    assert guard.metric("keys_usable") == 0 and guard.metric('decisions_total{outcome="unavailable"}') == 2
    guard.issuer.start()
    guard.pass_time(31)
    wait_until(lambda: guard.get("/readyz").status == 200, "it recovers by itself")
    assert guard.ask(token).status == 200


def test_a_start_without_the_issuer(start):
    guard = start()
    guard.issuer.stop()
    guard.program.stop()
    guard.program.log.unlink()
    guard.start()
    assert guard.ask(guard.token()).status == 503 and guard.get("/readyz").status == 503
    guard.issuer.start()
    guard.pass_time(31)
    wait_until(lambda: guard.get("/readyz").status == 200, "the keys came")
    assert guard.ask(guard.token()).status == 200


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"keys":[]}', b'{"keys":{}}', b"nonsense", b'{"keys":["x",1,null]}',
                                  b'{"keys":[{"kty":"oct","k":"AAAA"}]}', b'{"keys":[' + b"1," * 40 + b"1]}",
                                  b'{"a":"' + b"x" * 300000 + b'"}'], ids=lambda body: str(body[:24]))
def test_answers_that_are_no_keys_leave_those_that_are_there(start, body):
    guard = start()
    before = guard.metric("key_fetch_failures_total")
    guard.issuer.body = body
    guard.pass_time(301)
    wait_until(lambda: guard.metric("key_fetch_failures_total") > before, "the answer was refused")
    assert guard.ask(guard.token()).status == 200 and guard.metric("keys") == 4


def test_one_bad_key_among_good_ones_is_left_out(start):
    guard = start()
    good = [json.loads(key.export_public()) for key in guard.issuer.keys]
    bad = [{"kty": "EC", "crv": "P-256", "x": "AAAA", "y": "AAAA", "kid": "ES256-bad", "alg": "ES256"}, {"kty": "??"}]
    before = guard.metric("key_fetches_total")
    guard.issuer.body = json.dumps({"keys": bad + good}).encode()
    guard.pass_time(301)
    fetched_again(guard, before)
    assert guard.metric("keys") == 4 and guard.ask(guard.token("RS256")).status == 200


@pytest.mark.parametrize("metadata", [
    {"issuer": "http://localhost:1"}, {"issuer": None}, {"jwks_uri": None}, {"jwks_uri": "http://localhost:1/jwks"},
    {"jwks_uri": "https://elsewhere.example/jwks"}, {"jwks_uri": ["x"]}, {"jwks_uri": "file:///etc/passwd"}], ids=str)
def test_a_discovery_document_must_be_the_issuer_s_own(start, metadata):
    guard = start()
    before = guard.metric("key_fetch_failures_total")
    guard.issuer.metadata = metadata
    fetches = guard.issuer.fetches()
    guard.pass_time(301)
    wait_until(lambda: guard.metric("key_fetch_failures_total") > before, "the document was refused")
    assert guard.issuer.fetches() == fetches, "the keys were not asked for"


def test_a_jwks_uri_in_the_settings_needs_no_discovery(start):
    guard = start()
    other = start(issuer="https://id.example.org", jwks_uri=guard.issuer.url + "/jwks")
    assert "/.well-known/openid-configuration" not in other.issuer.paths
    assert other.ask(other.token(iss="https://id.example.org")).status == 200
    assert other.ask(other.token()).status == 401


def test_a_redirect_is_not_followed(start):
    guard = start()
    before = guard.metric("key_fetch_failures_total")
    guard.issuer.status = 302
    guard.pass_time(301)
    wait_until(lambda: guard.metric("key_fetch_failures_total") > before, "the redirect was refused")
    assert guard.ask(guard.token()).status == 200


@pytest.fixture(name="certificate", scope="module")
def make_certificate(tmp_path_factory):
    """A file with a certificate for localhost, signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.timezone.utc)
    day = datetime.timedelta(days=1)
    certificate = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
                   .serial_number(x509.random_serial_number()).not_valid_before(now - day).not_valid_after(now + day)
                   .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
                   .add_extension(x509.BasicConstraints(True, None), True).sign(key, hashes.SHA256()))
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    pem = serialization.Encoding.PEM
    path.write_bytes(certificate.public_bytes(pem) + key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return path


def test_an_issuer_with_https(start, certificate):
    guard = start(certificate=certificate, ca_file=str(certificate))
    assert guard.ask(guard.token()).status == 200


def test_an_issuer_whose_certificate_nobody_vouches_for(start, certificate):
    guard = start(certificate=certificate)
    assert guard.ask(guard.token()).status == 503 and not guard.issuer.paths


def test_without_a_second_opinion(start):
    guard = start(second_opinion="off")
    assert guard.ask(guard.token()).status == 200 and guard.metric("second_opinions_total") == 0
