# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""Signing keys are replaced while people sign in and services verify: nobody notices, whatever copy of the JWKS they have
that is no older than it may be. And what an admin gets to hear when it does not go so well."""

import json
import os
import random
import re
import resource
import subprocess
import threading
import time

import pytest
from account_page import Account
from flow_world import GATEWAY, World
from journey import Journey
from jwcrypto import jwk
from program import wait_until
from relying_party import RelyingParty, answer_json, parts_of
from web_browser import exchange

ALGS = ["ES256", "RS256", "PS256", "EdDSA", "SGD_SM3_SM2"]
PUBLISHED = 305  # seconds before a key signs
PROVEN = 660     # seconds after it has signed
SIGNED_OFTEN = {"audit": {"checkpoint_every": 3}}
STEP = 20        # well within the life of an authorization code


def keys(world, *words, n=0, settings=None):
    return subprocess.run(command(world, *words, n=n, settings=settings), capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, env=environment(world))


def command(world, *words, n=0, settings=None):
    return [GATEWAY, "keys", *map(str, words), "--settings", settings or world.folder / f"baygate-{n + 1}.yaml"]


def environment(world):
    return {**os.environ, "BAYGATE_TEST_CLOCK": str(world.clock)}


def done(world, *words, n=0):
    ran = keys(world, *words, n=n)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def ring(world):
    return json.loads(done(world, "list", "--json"))["keys"]


def history(world):
    return json.loads(done(world, "history", "--json"))["keys"]


def kid(world, alg, state):
    found = [key["kid"] for key in ring(world) if key["alg"] == alg and key["state"] == state]
    assert len(found) == 1, found
    return found[0]


def published(world, n=0):
    answer = exchange("GET", world.issuer + "/jwks", connect_to=world.ports[n])
    return {key["kid"] for key in answer_json(answer)["keys"]}


class Service(RelyingParty):
    """A service that keeps its copy of the JWKS for as long as it may, and never asks again for an unknown kid."""

    def __init__(self, party, node):
        super().__init__(party.world, party.client_id, party.auth, party.secret)
        self.node, self.copy, self.copied_at = node, {}, None

    def key_of(self, header):
        now = self.world.now()
        if self.copied_at is None or now - self.copied_at >= self.may_keep:
            answer = exchange("GET", self.issuer + "/jwks", connect_to=self.node)
            self.may_keep = int(re.search(r"max-age=(\d+)", answer.headers["Cache-Control"])[1])
            self.copy, self.copied_at = {key["kid"]: key for key in answer_json(answer)["keys"]}, now
        assert header["kid"] in self.copy, f"{header} is not in a copy {now - self.copied_at} s old"
        return self.copy[header["kid"]]


class Customer(threading.Thread):
    """Signs in again and again at one service; the service verifies what it gets, and what it got before."""

    def __init__(self, world, alg, seed):
        super().__init__()
        self.world, self.client, self.chance = world, "signs-" + alg.lower(), random.Random(seed)
        self.service = Service(world.party(self.client), world.ports[-1])
        self.browser, self.tokens, self.kids = world.browser(), [], set()
        self.ending, self.failure, self.logins, self.proofs = threading.Event(), None, 0, 0

    def run(self):
        try:
            while not self.ending.is_set():
                self.sign_in()
                self.verify_again()
        except BaseException as failure:
            self.failure = failure

    def sign_in(self):
        journey = Journey(self.world, self.client, browser=self.browser)
        port = self.chance.choice(self.world.ports)
        tokens = journey.attempt.tokens(journey.go(), connect_to=port)
        self.service.check_access_token(tokens)
        self.service.check_id_token(tokens, journey.attempt)
        answer = self.service.userinfo(tokens["access_token"], connect_to=self.chance.choice(self.world.ports))
        assert answer.status == 200, answer
        self.tokens += [tokens["access_token"], tokens["id_token"]]
        self.kids.add(parts_of(tokens["access_token"])[0]["kid"])
        self.logins += 1

    def verify_again(self):
        self.tokens = [token for token in self.tokens if parts_of(token)[1]["exp"] > self.world.now() + 1]
        for token in {*self.tokens[:1], *self.chance.sample(self.tokens, min(2, len(self.tokens)))}:
            self.service.verify(token)
            self.proofs += 1


class Crowd:
    """A customer for each algorithm."""

    def __init__(self, world):
        self.customers = [Customer(world, alg, seed) for seed, alg in enumerate(ALGS)]

    def __enter__(self):
        for customer in self.customers:
            customer.sign_in()
            customer.start()
        return self

    def __exit__(self, *exception):
        for customer in self.customers:
            customer.ending.set()
        for customer in self.customers:
            customer.join()

    def check(self):
        for customer in self.customers:
            if customer.failure:
                raise AssertionError(f"{customer.client} after {customer.logins} logins") from customer.failure

    def live(self, seconds):
        """So much time goes by; each customer is served between two steps."""
        for _ in range(-(-seconds // STEP)):
            before = [customer.logins for customer in self.customers]
            wait_until(lambda: self.failed() or all(c.logins > b for c, b in zip(self.customers, before)), "all are served")
            self.check()
            self.customers[0].world.pass_time(STEP)

    def failed(self):
        return any(customer.failure for customer in self.customers)


@pytest.mark.parametrize("nodes", [1, 2])
def test_every_key_is_replaced_while_people_sign_in(nodes):
    with World(f"keys-{nodes}", gateways=nodes, own_redis=nodes > 1, settings=SIGNED_OFTEN) as world:
        world.hurry()
        first = {key["alg"]: key["kid"] for key in ring(world)}
        with Crowd(world) as crowd:
            admin = subprocess.Popen(command(world, "rotate"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                     env=environment(world))
            wait_until(lambda: all(len(published(world, n)) == 10 for n in range(nodes)), "all nodes publish the new keys")
            crowd.live(PUBLISHED)
            told, complaint = admin.communicate(timeout=60)
            assert admin.returncode == 0, told + complaint
            second = {key["alg"]: key["kid"] for key in ring(world) if key["state"] == "active"}
            assert not set(first.values()) & set(second.values()) and set(second) == set(ALGS)
            wait_until(lambda: crowd.failed() or all(len(customer.kids) == 2 for customer in crowd.customers), "they sign")
            crowd.check()
            assert all(published(world, n) == {*first.values(), *second.values()} for n in range(nodes))
            crowd.live(PROVEN)
            wait_until(lambda: all(published(world, n) == set(second.values()) for n in range(nodes)), "the old keys are gone")
            crowd.live(STEP)
        crowd.check()
        print([(customer.logins, customer.proofs) for customer in crowd.customers])
        assert told.count("can sign from") == told.count("signs now") == told.count("stays published") == 5
        past = {key["kid"]: key for key in history(world)}
        for alg in ALGS:
            assert [act["act"] for act in past[first[alg]]["acts"]] == ["retire", "drop"]
            assert [act["act"] for act in past[second[alg]]["acts"]] == ["stage", "activate"]
            assert "@" in past[second[alg]]["acts"][0]["by"]
        prove_the_past(world, nodes)
        world.check_clean()


def prove_the_past(world, nodes):
    """What former keys have signed in the audit is proven with the keys of the history, and not without."""
    everything, today = world.folder / "all.jwks", world.folder / "today.jwks"
    everything.write_text(done(world, "export", "--public", "--history"))
    today.write_text(done(world, "export", "--public"))
    assert '"d"' not in everything.read_text()
    for n in range(nodes):
        proof = [GATEWAY, "audit", "verify", world.folder / f"state-{n + 1}" / "audit", "--jwks"]
        assert subprocess.run([*proof, everything], capture_output=True).returncode == 0
        assert subprocess.run([*proof, today], capture_output=True).returncode == 1


def test_the_schedule_replaces_keys_once():
    with World("keys-schedule", gateways=2, settings={"keys": {"rotation": "1h"}, "signing_algs": ["ES256", "EdDSA"],
                                                      "clients": [], "catalogue": []}) as world:
        first = {key["kid"] for key in ring(world)}
        world.pass_time(3600 - PUBLISHED + 5)
        wait_until(lambda: all(len(published(world, n)) == 4 for n in range(2)), "the next keys are published")
        world.pass_time(PUBLISHED)
        wait_until(lambda: all(key["state"] != "next" for key in ring(world)), "they sign")
        world.pass_time(PROVEN + 5)
        wait_until(lambda: all(not first & published(world, n) for n in range(2)), "the old ones are gone")
        past = history(world)
        assert len(past) == 4
        for key in past:
            names = [act["act"] for act in key["acts"]]
            assert names == (["retire", "drop"] if key["kid"] in first else ["stage", "activate"])
            assert all(act["by"].startswith("schedule@") for act in key["acts"])
        errors = [line for n in range(2) for line in world.log_lines(n) if line.get("level") == "error"]
        assert not errors


@pytest.fixture(scope="module")
def two_nodes():
    with World("keys", gateways=2, settings=SIGNED_OFTEN) as world:
        world.hurry()
        yield world
        world.check_clean()


def test_emergency(two_nodes):
    world = two_nodes
    old = kid(world, "ES256", "active")
    tokens = Journey(world, "signs-es256").finish()
    party = world.party("signs-es256")
    assert party.userinfo(tokens["access_token"]).status == 200
    ran = keys(world, "rotate", "--emergency", "--alg", "ES256")
    assert ran.returncode == 2 and "--yes" in ran.stderr and kid(world, "ES256", "active") == old
    ran = keys(world, "rotate", "--emergency", "--alg", "ES256", "--yes")
    began = time.monotonic()
    assert ran.returncode == 0, ran.stderr
    for said in ("every token that it signed", "for up to 5 minutes", "export --public --history"):
        assert said in ran.stderr
    for port in world.ports:
        wait_until(lambda: party.userinfo(tokens["access_token"], connect_to=port).status == 401, "the old token is refused")
    assert time.monotonic() - began < 3  # a second, on a machine that has nothing else to do
    new = kid(world, "ES256", "active")
    assert all(old not in published(world, n) and new in published(world, n) for n in range(2))
    tokens = Journey(world, "signs-es256").finish()
    assert party.verify(tokens["access_token"])[0]["kid"] == new
    assert [key["state"] for key in history(world) if key["kid"] == old] == ["revoked"]
    prove_the_past(world, 1)


def test_a_receipt_outlives_its_key(two_nodes, tmp_path):
    world = two_nodes
    journey = Journey(world, "portal")
    journey.finish()
    receipt = tmp_path / "receipt.jwt"
    receipt.write_text(Account(world, browser=journey.browser).receipts()[0].body)
    done(world, "rotate", "--emergency", "--alg", "ES256", "--yes")
    for words, status in (["--history"], 0), ([], 1):
        jwks = tmp_path / "keys.jwks"
        jwks.write_text(done(world, "export", "--public", *words))
        ran = subprocess.run([GATEWAY, "receipt", "verify", receipt, "--jwks", jwks], capture_output=True, text=True)
        assert ran.returncode == status, ran.stdout + ran.stderr


def test_two_admins_at_once(two_nodes):
    world = two_nodes
    for nodes in [(0, 1)] * 5 + [(0, 0)] * 2:
        admins = [subprocess.Popen(command(world, "generate", "--alg", "EdDSA", n=n), stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, text=True, env=environment(world)) for n in nodes]
        said = [admin.communicate(timeout=60)[1] for admin in admins]
        statuses = sorted(admin.returncode for admin in admins)
        assert statuses in ([0, 3], [0, 4]), said
        assert any("already a next key" in text or "try again" in text for text in said)
        done(world, "revoke", "--kid=" + kid(world, "EdDSA", "next"), "--yes")


def test_orders_that_would_break_verifiers(two_nodes):
    world = two_nodes
    done(world, "generate", "--alg", "PS256")
    next_kid, active = kid(world, "PS256", "next"), kid(world, "PS256", "active")
    before = world.redis.content()
    for words, status, why in [
            (["activate", "--kid=" + next_kid], 3, "too early"),
            (["activate", "--kid=" + active], 3, "only a next key"),
            (["retire", "--kid=" + active, "--yes"], 3, "only key that signs with PS256"),
            (["retire", "--kid=" + active], 2, "--yes"),
            (["generate", "--alg", "PS256"], 3, "already a next key"),
            (["revoke", "--kid=nobody", "--yes"], 3, "no key nobody"),
            (["revoke", "--kid=" + active], 2, "--yes"),
            (["activate"], 2, "--kid"),
            (["generate", "--alg", "HS256"], 2, "no algorithm"),
            (["export"], 2, "private keys never leave"),
            (["burn"], 2, "usage")]:
        ran = keys(world, *words)
        assert ran.returncode == status and why in ran.stderr, (words, ran)
    after = world.redis.content()
    assert all(after[key] == value for key, value in before.items() if key.startswith(b"bg:d:signing"))
    world.pass_time(PUBLISHED)
    said = done(world, "activate", "--kid=" + next_kid)
    assert "stays published: " + active in said


def test_another_master_key(two_nodes):
    world = two_nodes
    (world.folder / "other.key").write_text("A" * 43 + "\n")
    (world.folder / "other.key").chmod(0o600)
    tree = world.settings(0)
    tree["state"]["master_key_file"] = str(world.folder / "other.key")
    settings = world.write("other.yaml", tree)
    before = {key: value for key, value in world.redis.content().items() if b"signing" in key}
    for words in (["list"], ["rotate", "--alg", "ES256", "--no-wait"]):
        ran = keys(world, *words, settings=settings)
        assert ran.returncode == 1 and "does not open under the master key of " + str(world.folder / "other.key") in ran.stderr
        assert "put the master key back" in ran.stderr
    tree["state"]["master_key_file"] = str(world.folder / "absent.key")
    ran = keys(world, "list", settings=world.write("absent.yaml", tree))
    assert ran.returncode == 1 and "absent.key" in ran.stderr and not (world.folder / "absent.key").exists()
    assert before == {key: value for key, value in world.redis.content().items() if b"signing" in key}


def test_import(two_nodes):
    world = two_nodes
    made, file = jwk.JWK.generate(kty="RSA", size=2048, alg="RS256", use="sig"), world.folder / "key.jwk"
    file.write_text(made.export_private())
    file.chmod(0o644)
    before = ring(world)

    def refused(content, mode, why, *words):
        file.write_text(content)
        file.chmod(mode)
        ran = keys(world, "import", "--file", file, *words)
        assert ran.returncode == 1 and str(file) in ran.stderr and why in ran.stderr, ran
        assert ring(world) == before

    refused(made.export_private(), 0o644, "chmod 600")
    refused(made.export_private(), 0o600, "ES256", "--alg", "ES256")
    refused(made.export_public(), 0o600, "public key")
    refused("-----BEGIN PRIVATE KEY-----", 0o600, "private JWK")
    refused(jwk.JWK.generate(kty="RSA", size=1024, alg="RS256").export_private(), 0o600, "RS256", "--alg", "RS256")
    refused("x" * 20000, 0o600, "too long")
    file.write_text(made.export_private())
    assert "destroy" in done(world, "import", "--file", file)
    world.pass_time(PUBLISHED)
    done(world, "activate", "--kid=" + kid(world, "RS256", "next"))
    wait_until(lambda: used(world) == made.thumbprint(), "the imported key signs")
    assert [act["act"] for act in history(world)[-1]["acts"]] == ["import", "activate"]


def test_a_full_disk(two_nodes):
    """What the audit can't take is not done."""
    world = two_nodes
    before = ring(world)
    ran = subprocess.run(command(world, "generate", "--alg", "SGD_SM3_SM2"), capture_output=True, text=True,
                         stdin=subprocess.DEVNULL, env=environment(world),
                         preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)))
    assert ran.returncode == 1 and "audit" in ran.stderr, ran
    assert ring(world) == before


def used(world):
    tokens = Journey(world, "signs-rs256").finish()
    return world.party("signs-rs256").verify(tokens["access_token"])[0]["kid"]


def test_another_algorithm_comes_and_goes():
    few = {"clients": [], "catalogue": [], "signing_algs": ["ES256"]}
    with World("keys-algs", own_redis=False, settings=few) as world:
        admin = subprocess.Popen(command(world, "rotate", "--alg", "EdDSA"), stdout=subprocess.PIPE, text=True,
                                 env=environment(world))
        wait_until(lambda: len(published(world)) == 2, "the new key is published")
        world.pass_time(PUBLISHED)
        assert "signs now" in admin.communicate(timeout=60)[0] and admin.returncode == 0
        new = kid(world, "EdDSA", "active")
        world.write_gateway(0, {**few, "signing_algs": ["ES256", "EdDSA"]})
        world.restart_gateway()
        assert keys(world, "retire", "--kid=" + new, "--yes").returncode == 3
        world.write_gateway(0, few)
        world.restart_gateway()
        done(world, "retire", "--kid=" + new, "--yes")
        assert new in published(world)
        world.pass_time(PROVEN)
        wait_until(lambda: len(published(world)) == 1, "the retired key is gone")
        shown = subprocess.run([GATEWAY, "audit", "show", world.folder / "state-1" / "audit", "--event", "key_retired"],
                               capture_output=True, text=True)
        assert f'key="{new}" alg="EdDSA" by="' in shown.stdout
        assert world.gateways[0].stop() == 0
        world.write_gateway(0, {**few, "signing_algs": ["ES256", "RS256"]})
        refused = subprocess.run([GATEWAY, "serve", "--settings", world.folder / "baygate-1.yaml"], capture_output=True,
                                 text=True, env=environment(world))
        assert refused.returncode == 1 and "baygate keys rotate --alg RS256 makes one" in refused.stderr


def test_no_store_and_no_gateway():
    """Without a running gateway the command starts its private Redis, and leaves nothing running."""
    with World("keys-stopped", own_redis=False) as world:
        before = ring(world)
        assert world.gateways[0].stop() == 0
        assert ring(world) == before
        done(world, "generate", "--alg", "ES256")
        world.start_gateway()
        assert len(published(world)) == 6
    ran = keys(world, "list")
    assert ran.returncode == 1 and "baygate-1.yaml" in ran.stderr


def test_help():
    ran = subprocess.run([GATEWAY, "keys", "--help"], capture_output=True, text=True)
    assert ran.returncode == 0 and "example: baygate keys rotate" in ran.stdout
    for verb in ("list", "generate", "rotate", "activate", "retire", "revoke", "import", "export", "history"):
        assert re.search(rf"^  {verb} ", ran.stdout, re.M)
