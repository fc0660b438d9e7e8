# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""Redis and gateways that stop and come back in the middle of a login; two gateways that share one Redis."""

import concurrent.futures
import json
import socket
import time
import urllib.parse

import pytest
from program import wait_until
from relying_party import answer_json
from web_browser import exchange


@pytest.fixture
def without_redis(world):
    """Stops Redis; afterwards, or when called, it runs again and the gateways have noticed."""
    def back():
        world.redis.start()
        for n in range(2):
            wait_until(lambda: world.is_ready(n), "the gateway has found Redis again")

    world.stop_redis = world.redis.stop
    yield back
    if world.redis.program.process is None:
        back()


def test_redis_restarts_in_the_middle(world, journey, without_redis):
    world.hurry()
    chan = journey("portal")
    page = chan.go(until="allow")
    world.redis.stop()
    start = time.monotonic()
    failed = chan.browser.press(page, "allow")
    assert failed.status == 503 and failed.error_code == "temporarily_unavailable" and failed.headers["Retry-After"]
    assert time.monotonic() - start < 5, "it fails, it does not hang"
    without_redis()
    chan.sign_in(page)


def test_without_redis_everybody_is_told_in_their_own_way(world, journey, without_redis):
    world.hurry()
    chan = journey("hongkong")
    code = chan.attempt.code(chan.go())
    world.redis.stop()
    assert exchange("GET", world.issuer + "/readyz").status == 503
    assert exchange("GET", world.issuer + "/healthz").status == 200, "alive, only not ready"
    assert exchange("GET", world.issuer + "/jwks").status == 200, "keys need no Redis"
    answer = chan.attempt.redeem(code)
    assert answer.status == 503 and answer_json(answer)["error"] == "temporarily_unavailable"
    assert journey("everything").refused() == "temporarily_unavailable"
    without_redis()
    assert chan.attempt.redeem(code).status == 200, "the code is still there"


def test_the_gateway_restarts_at_each_step(world, journey):
    chan = journey("portal")
    page = chan.go(until="phone-link")
    for until in ("waiting", "continue", "person-chan", "confirm-binding", "allow"):
        world.restart_gateway()
        page = chan.go(page, until)
    world.restart_gateway()
    page = chan.go(page)
    world.restart_gateway()
    tokens = chan.attempt.tokens(page)
    world.restart_gateway()
    chan.party.check_id_token(tokens, chan.attempt)
    assert chan.party.userinfo(tokens["access_token"]).status == 200


def test_authorize_on_one_callback_on_the_other_token_on_the_first(world, journey):
    site, other = urllib.parse.urlsplit(world.issuer).netloc, world.ports[1]
    chan = journey("portal")
    page = chan.go(until="phone-link")
    chan.browser.via[site] = other
    page = chan.go(page, until="continue")
    del chan.browser.via[site]
    page = chan.go(page, until="confirm-binding")
    chan.browser.via[site] = other
    page = chan.go(page)
    tokens = chan.attempt.tokens(page)
    chan.party.check_id_token(tokens, chan.attempt)
    assert chan.party.userinfo(tokens["access_token"], connect_to=other).status == 200
    assert [line for line in world.log_lines(1) if line.get("route") == "/callback/{source}"]


def test_a_code_is_worth_something_once_among_all_gateways(world, journey):
    world.hurry()
    chan = journey("hongkong")
    code = chan.attempt.code(chan.go())
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: chan.attempt.redeem(code, world.ports[n % 2]), range(8)))
    tokens = [answer_json(answer)["access_token"] for answer in answers if answer.status == 200]
    assert len(tokens) <= 1, "none, when a later one is noticed before the first has got its answer"
    assert all(answer_json(answer)["error"] == "invalid_grant" for answer in answers if answer.status != 200)
    for token in tokens:
        assert chan.party.userinfo(token).status == 401, "and what it gave is revoked"


def test_both_gateways_publish_the_same_keys(world):
    documents = [exchange("GET", world.issuer + path, connect_to=port).body
                 for path in ("/jwks", "/.well-known/openid-configuration") for port in world.ports]
    assert json.loads(documents[0]) == json.loads(documents[1])
    assert json.loads(documents[2]) == json.loads(documents[3])


def test_an_orderly_stop_finishes_what_runs(world, journey):
    lee = journey("mainland", "lee")
    lee.browser.via[urllib.parse.urlsplit(world.issuer).netloc] = world.ports[1]
    page = lee.go(until="person-lee")
    world.turn(world.guangdong, "slow", 700)
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        answer = pool.submit(lee.browser.press, page, "person-lee")
        wait_until(lambda: b'waiting{source="guangdong"} 1' in metrics(world, 1), "the gateway waits for the source")
        world.gateways[1].ask_to_stop()
        wait_until(lambda: not world.listens(world.ports[1], "/healthz"), "nobody new is let in")
        assert not answer.done()
        assert world.gateways[1].wait() == 0
        with pytest.raises(OSError):
            answer.result()  # the redirect was answered; the page it leads to is on the gateway that is gone
    assert lee.browser.visited[-1].startswith(world.issuer + "/interaction/")
    world.turn(world.guangdong, "slow", 0)
    lee.browser.via.clear()
    lee.sign_in(lee.browser.open(lee.browser.visited[-1]))
    world.start_gateway(1)


def metrics(world, n):
    return exchange("GET", f"http://localhost:{world.admin_ports[n]}/metrics").body


def test_redis_is_killed_under_load(world, without_redis):
    """Everybody gets an answer, in time: the page, or that it is not available for the moment."""
    def ask(n):
        start = time.monotonic()
        answer = exchange("GET", world.party("everything").attempt().url, connect_to=world.ports[n % 2])
        return answer.status, time.monotonic() - start

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        asked = [pool.submit(ask, n) for n in range(200)]
        asked[20].result()
        world.redis.program.process.kill()
        world.redis.program.process.wait()
        world.redis.program.process = None
        asked[150].result()
        without_redis()
        found = [task.result() for task in asked + [pool.submit(ask, n) for n in range(20)]]
    assert {status for status, _ in found} <= {302, 303}, "by redirect, for the redirect URI is proven"
    assert max(seconds for _, seconds in found) < 5


def test_the_gateway_is_killed_in_the_middle(world, journey):
    world.hurry()
    chan = journey("portal")
    page = chan.go(until="confirm-binding")
    world.gateways[0].process.kill()
    world.gateways[0].process.wait()
    world.start_gateway()
    chan.sign_in(page)


def test_a_browser_that_leaves_while_the_source_is_asked(world, journey):
    world.turn(world.guangdong, "slow", 300)
    lee = journey("mainland", "lee")
    page = lee.go(until="person-lee")
    callback = lee.browser.press(page, "person-lee", follow=False).headers["Location"]
    lee.browser.note(callback)
    parts = urllib.parse.urlsplit(callback)
    cookies = "; ".join(f"{name}={value}" for name, value in lee.browser.cookies[parts.netloc].items())
    with socket.create_connection(("127.0.0.1", world.ports[0])) as connection:
        connection.sendall(f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
                           f"Cookie: {cookies}\r\n\r\n".encode())
        wait_until(lambda: b'waiting{source="guangdong"} 1' in metrics(world, 0), "the gateway asks the source")
    wait_until(lambda: b'waiting{source="guangdong"} 0' in metrics(world, 0), "it has got its answer")
    lee.sign_in(lee.browser.open(world.issuer + path_of(lee)))


def path_of(journey):
    """The page of the login that the journey is in."""
    cookie = next(name for name in journey.browser.cookies[urllib.parse.urlsplit(journey.party.issuer).netloc]
                  if name.startswith("bg-"))
    return "/interaction/" + cookie.removeprefix("bg-")
