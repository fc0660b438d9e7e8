# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""Revoked tokens: status lists, where they come from, how often, and what happens when they don't. Every request to the
issuer is counted."""

import threading
import zlib

import pytest
from guard_world import GuardWorld, b64, new_key
from program import free_ports, wait_until

LIST = "/status_lists/1"


@pytest.fixture(name="start")
def starter():
    """start(…settings): a guard of this test's own, whose issuer has an empty list."""
    worlds = []

    def start(**settings):
        world = GuardWorld("test_guard_status", **settings)
        worlds.append(world.__enter__())
        world.issuer.lists[LIST] = set()
        return world

    yield start
    for world in worlds:
        world.__exit__(None, None, None)


@pytest.fixture(name="guard", scope="module")
def shared():
    """One guard for what leaves nothing behind but a list of its own."""
    with GuardWorld("test_guard_status_shared") as world:
        world.numbers = iter(range(1, 10000))
        yield world


def of_list(guard, revoked=(), index=0):
    """A token that names a place in a list nobody has asked for yet, and the list's number."""
    number = next(guard.numbers)
    guard.issuer.lists[f"/status_lists/{number}"] = revoked if isinstance(revoked, bytes) else set(revoked)
    return guard.token(status=guard.issuer.place(index, number)), number


def crowd_of(guard, tokens):
    answers = []
    crowd = [threading.Thread(target=lambda each=each: answers.append(guard.ask(each).status)) for each in tokens]
    for one in crowd:
        one.start()
    return crowd, answers


def test_revoked_within_the_ttl_of_the_list(start, refused):
    guard = start()
    token, other = (guard.token(status=guard.issuer.place(index)) for index in (8, 9))
    for _ in range(5):
        assert guard.ask(token).status == 200
    assert guard.issuer.asked_for() == 1
    guard.issuer.lists[LIST].add(8)
    guard.pass_time(5)
    refused(guard.ask(token), "invalid_token")
    assert guard.ask(other).status == 200
    assert guard.issuer.asked_for() == 2 and guard.metric("revoked_total") == 1
    assert guard.metric("status_lists") == 1


def test_a_list_that_has_not_changed_is_not_sent_again(start):
    guard = start()
    token = guard.token(status=guard.issuer.place())
    for _ in range(4):
        assert guard.ask(token).status == 200
        guard.pass_time(5)
    assert guard.issuer.asked_for() == 4 and guard.metric("status_list_unchanged_total") == 3


def test_a_token_without_a_place_needs_no_list(start):
    guard = start()
    assert guard.ask(guard.token()).status == 200 and guard.issuer.asked_for() == 0


def test_whoever_does_not_want_lists_asks_for_none(start):
    guard = start(status_list={"check": "off"})
    guard.issuer.lists[LIST].add(0)
    assert guard.ask(guard.token(status=guard.issuer.place())).status == 200 and guard.issuer.asked_for() == 0


def test_a_place_that_the_list_does_not_have(guard, refused):
    for index in (8192, 2**40):
        token, number = of_list(guard, index=index)
        refused(guard.ask(token), "invalid_token")
        assert guard.issuer.asked_for(number) == 1
    token, _ = of_list(guard, index=8191)
    assert guard.ask(token).status == 200


@pytest.mark.parametrize("place", [
    {}, [], "x", None, {"idx": 0}, {"uri": "x"}, {"idx": -1}, {"idx": "0"}, {"idx": 0.5}, {"idx": 1e300}, {"idx": True},
    {"idx": 0, "uri": None}, {"idx": 0, "uri": 7}, {"idx": 0, "uri": ["x"]}], ids=str)
def test_a_status_that_is_none(guard, refused, place):
    if isinstance(place, dict) and "idx" in place and "uri" not in place and place["idx"] != 0:
        place = {**place, "uri": guard.issuer.url + LIST}
    before = len(guard.issuer.paths)
    refused(guard.ask(guard.token(status={"status_list": place})), "invalid_token")
    refused(guard.ask(guard.token(status=[1])), "invalid_token")
    assert len(guard.issuer.paths) == before


def test_nothing_is_fetched_from_anywhere_else(start, refused):
    guard, stranger = start(), start()
    own, port = guard.issuer.url, guard.issuer.port
    for uri in (stranger.issuer.url + LIST, f"http://127.0.0.1:{port}{LIST}", f"https://localhost:{port}{LIST}",
                f"http://user@localhost:{port}{LIST}", f"{own}@localhost:{stranger.issuer.port}{LIST}", "file:///etc/passwd",
                f"{own}{LIST}#part", LIST, "//localhost" + LIST, "", own + "\\@elsewhere.example/", own + LIST + "x" * 3000):
        before = len(guard.issuer.paths), len(stranger.issuer.paths)
        refused(guard.ask(guard.token(status={"status_list": {"idx": 0, "uri": uri}})), "invalid_token")
        assert (len(guard.issuer.paths), len(stranger.issuer.paths)) == before, uri


def test_a_forged_token_causes_no_fetch(guard, refused):
    forged = guard.token(key=new_key("ES256", "attacker"), header={"kid": "ES256"}, status=guard.issuer.place(0, 77777))
    refused(guard.ask(forged), "invalid_token")
    assert guard.issuer.asked_for(77777) == 0


def test_lists_elsewhere_on_purpose(start, refused):
    other = start()
    guard = start(status_list={"origins": [other.issuer.url]})
    uri = other.issuer.url + LIST
    other.issuer.list_key = guard.issuer.keys[0]
    other.issuer.list_claims = {"iss": guard.issuer.url}
    other.issuer.lists[LIST].add(3)
    assert guard.ask(guard.token(status={"status_list": {"idx": 2, "uri": uri}})).status == 200
    refused(guard.ask(guard.token(status={"status_list": {"idx": 3, "uri": uri}})), "invalid_token")
    assert other.issuer.asked_for() == 1 and guard.issuer.asked_for() == 0


STALE = {"exp": 1_700_000_000, "iat": 1_600_000_000}


@pytest.mark.parametrize("header, claims", [
    ({"typ": "JWT"}, {}), ({"typ": "at+jwt"}, {}), ({"alg": "none"}, {}), ({"kid": "nobody"}, {}), ({"crit": ["x"], "x": 1}, {}),
    ({}, {"iss": "https://elsewhere.example"}), ({}, {"iss": None}), ({}, {"sub": None}), ({}, {"sub": "http://localhost/1"}),
    ({}, {"exp": None}), ({}, {"exp": "soon"}), ({}, {"exp": 1e300}), ({}, STALE), ({}, {"status_list": None}),
    ({}, {"status_list": []}), ({}, {"status_list": {"bits": 2, "lst": b64(zlib.compress(bytes(8)))}}),
    ({}, {"status_list": {"bits": 1}}), ({}, {"status_list": {"bits": 1, "lst": "=="}}),
    ({}, {"status_list": {"bits": 1, "lst": b64(b"not compressed")}}),
    ({}, {"status_list": {"bits": 1, "lst": b64(zlib.compress(bytes(900_000), 9))}})], ids=str)
def test_a_list_that_is_not_the_issuers_counts_as_none(guard, header, claims):
    token, _ = of_list(guard)
    guard.issuer.list_header, guard.issuer.list_claims = header, claims
    try:
        answer = guard.ask(token)
        assert answer.status == 503 and "X-Subject" not in answer.headers and answer.headers["Retry-After"]
    finally:
        guard.issuer.list_header, guard.issuer.list_claims = {}, {}
    guard.pass_time(1)
    assert guard.ask(token).status == 200, "the next try"


@pytest.mark.parametrize("body", [b"", b"{}", b"x" * 300000, b"a.b.c", b".." * 5000], ids=lambda body: str(body[:8]))
def test_garbage_counts_as_no_list(guard, body):
    token, _ = of_list(guard, body)
    assert guard.ask(token).status == 503


def test_a_list_signed_by_somebody_else_counts_as_none(guard):
    token, _ = of_list(guard)
    own, guard.issuer.list_key = guard.issuer.list_key, new_key("ES256", "attacker")
    guard.issuer.list_header = {"kid": own.get("kid")}
    try:
        assert guard.ask(token).status == 503
    finally:
        guard.issuer.list_key, guard.issuer.list_header = own, {}


def test_one_lists_text_is_not_anothers(guard):
    """The issuer's own signature, but over another list."""
    _, number = of_list(guard)
    text = guard.issuer.signed_list(f"/status_lists/{number}")
    token, _ = of_list(guard, text)
    assert guard.ask(token).status == 503


def test_an_outage_is_bridged_for_max_stale(start, refused):
    guard = start(keys={"refresh": "1h", "min_refresh": "30s", "max_stale": "2h", "timeout": "2s"})
    good, bad = (guard.token(status=guard.issuer.place(index)) for index in (0, 1))
    guard.issuer.lists[LIST].add(1)
    assert guard.ask(good).status == 200
    guard.issuer.stop()
    guard.pass_time(64)
    assert guard.ask(good).status == 200, "60 s after its ttl of 5 s"
    refused(guard.ask(bad), "invalid_token")
    guard.pass_time(1)
    answer = guard.ask(good)
    assert answer.status == 503 and answer.headers["Retry-After"] and "X-Subject" not in answer.headers
    assert guard.ask(bad).status == 503
    assert guard.ask(guard.token()).status == 200, "that needs no list"
    assert guard.metric("status_list_fetch_failures_total") >= 2
    guard.issuer.start()
    guard.pass_time(1)
    wait_until(lambda: guard.ask(good).status == 200, "it recovers by itself")
    refused(guard.ask(bad), "invalid_token")


def test_no_patience_with_an_outage(start):
    guard = start(status_list={"max_stale": "0s"})
    token = guard.token(status=guard.issuer.place())
    assert guard.ask(token).status == 200
    guard.issuer.stop()
    guard.pass_time(5)
    assert guard.ask(token).status == 503


def test_a_list_that_has_expired_is_not_used_however_new(start):
    guard = start(status_list={"max_stale": "1h"})
    guard.issuer.list_claims = {"exp": guard.now() + 20}
    token = guard.token(status=guard.issuer.place())
    assert guard.ask(token).status == 200
    guard.issuer.stop()
    guard.pass_time(19)
    assert guard.ask(token).status == 200
    guard.pass_time(2)
    assert guard.ask(token).status == 503


def test_many_at_once_cause_one_fetch(start):
    guard = start()
    guard.issuer.slow_lists.clear()
    crowd, answers = crowd_of(guard, [guard.token(status=guard.issuer.place(n)) for n in range(30)])
    wait_until(lambda: guard.issuer.asked_for() == 1 and guard.metric("tasks") >= 31, "all of them wait")
    assert not answers
    guard.issuer.slow_lists.set()
    for one in crowd:
        one.join(30)
    assert answers == [200] * 30 and guard.issuer.asked_for() == 1


def test_while_the_issuer_hangs_only_one_waits(start):
    guard = start(keys={"refresh": "1h", "max_stale": "2h", "timeout": "4s"})
    tokens = [guard.token(status=guard.issuer.place(n)) for n in range(20)]
    assert guard.ask(tokens[0]).status == 200
    guard.issuer.slow_lists.clear()
    guard.pass_time(6)
    assert guard.ask(tokens[0]).status == 200, "after four seconds, by the old list"
    guard.pass_time(2)
    before = guard.issuer.asked_for()
    crowd, answers = crowd_of(guard, tokens[:1])
    wait_until(lambda: guard.issuer.asked_for() == before + 1, "one asks again")
    assert [guard.ask(token).status for token in tokens] == [200] * 20 and not answers, "the others don't wait"
    guard.issuer.slow_lists.set()
    crowd[0].join(30)
    assert answers == [200] and guard.issuer.asked_for() == before + 1


def test_many_lists_are_kept_in_bounds(start, refused):
    guard = start(status_list={"lists": 4})
    for number in range(10):
        guard.issuer.lists[f"/status_lists/{number}"] = {7}
        assert guard.ask(guard.token(status=guard.issuer.place(6, number))).status == 200
        refused(guard.ask(guard.token(status=guard.issuer.place(7, number))), "invalid_token")
        guard.pass_time(1)
    assert guard.metric("status_lists") == 4
    assert guard.ask(guard.token(status=guard.issuer.place(6, 9))).status == 200
    assert guard.issuer.asked_for(9) == 1 and guard.issuer.asked_for(0) == 1
    assert guard.ask(guard.token(status=guard.issuer.place(6, 0))).status == 200
    assert guard.issuer.asked_for(0) == 2, "it had to go"


def test_a_list_signed_with_a_new_key(start, refused):
    guard = start()
    token, bad = (guard.token(status=guard.issuer.place(index)) for index in (0, 1))
    assert guard.ask(token).status == 200
    guard.pass_time(31)
    fresh = new_key("ES256", "fresh")
    guard.issuer.keys = [*guard.issuer.keys, fresh]
    guard.issuer.list_key = fresh
    guard.issuer.lists[LIST].add(1)
    refused(guard.ask(bad), "invalid_token")
    assert guard.ask(token).status == 200 and guard.issuer.fetches() == 2


def test_with_a_key_its_lists_go(start):
    """A key was withdrawn: what it signed does not count any more, not even as something that has not changed."""
    guard = start()
    token = guard.token("RS256", status=guard.issuer.place())
    assert guard.ask(token).status == 200
    fresh = new_key("ES256", "fresh")
    guard.issuer.keys = [new_key("RS256", "RS256"), fresh]
    before = guard.metric("key_fetches_total")
    guard.pass_time(301)
    wait_until(lambda: guard.metric("key_fetches_total") > before, "the keys are fetched again")
    assert guard.ask(token).status == 503, "the list is still signed by the old key"
    guard.issuer.list_key = fresh
    guard.pass_time(1)
    assert guard.ask(token).status == 200


def test_lists_of_nobody(start):
    """One that the issuer does not have, and one where nobody listens."""
    elsewhere = f"http://localhost:{free_ports(1)[0]}"
    guard = start(status_list={"origins": [elsewhere]})
    assert guard.ask(guard.token(status=guard.issuer.place(0, 99))).status == 503
    assert guard.ask(guard.token(status={"status_list": {"idx": 0, "uri": elsewhere + LIST}})).status == 503
