# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""Status lists: a service that verifies tokens by itself learns of a revocation from a signed list. Lists are read here as
the IETF's text describes them, by code that shares nothing with the gateway's."""

import zlib

import pytest
from account_page import Account
from flow_world import World
from journey import Journey
from program import wait_until
from relying_party import answer_json, base64url_decode
from web_browser import exchange

TTL = 5


@pytest.fixture
def signed_in(world, journey):
    def go(client="refreshing", **params):
        world.hurry()
        chan = journey(client, **params)
        chan.tokens = chan.finish()
        return chan
    return go


def place_of(chan):
    """Address and index of the place that the access token names."""
    claims = chan.party.verify(chan.tokens["access_token"])[1]
    assert set(claims["status"]) == {"status_list"} and set(claims["status"]["status_list"]) == {"idx", "uri"}
    place = claims["status"]["status_list"]
    assert place["uri"].startswith(chan.world.issuer + "/status_lists/") and 0 <= place["idx"] < 65536
    return place["uri"], place["idx"]


def fetch(chan, uri, port=None, **headers):
    return exchange("GET", uri, {"Accept": "application/statuslist+jwt", **headers}, None, port)


def bits_of(chan, uri, port=None):
    answer = fetch(chan, uri, port)
    assert answer.status == 200 and answer.headers["Content-Type"] == "application/statuslist+jwt"
    header, claims = chan.party.verify(answer.body.decode())
    assert header["typ"] == "statuslist+jwt" and claims["sub"] == uri and claims["iss"] == chan.world.issuer
    assert claims["iat"] <= chan.world.now() + 1 and claims["exp"] > chan.world.now() + TTL and claims["ttl"] == TTL
    assert claims["status_list"]["bits"] == 1
    return zlib.decompress(base64url_decode(claims["status_list"]["lst"]))


def is_marked(chan, port=None):
    uri, index = place_of(chan)
    return bool(bits_of(chan, uri, port)[index // 8] >> (index % 8) & 1)


def test_a_token_names_its_place(world, signed_in):
    chan = signed_in()
    uri, index = place_of(chan)
    assert len(bits_of(chan, uri)) == 65536 // 8, "all places, so that its length tells nothing"
    first = place_of(chan)
    chan.tokens = answer_json(chan.party.refresh(chan.tokens["refresh_token"]))
    assert place_of(chan) == first, "the place is the grant's"
    assert place_of(signed_in()) != first


def test_grants_have_places_of_their_own(world, signed_in, journey):
    chan = signed_in()
    places = [place_of(chan)]
    for n in range(12):
        again = journey("refreshing", browser=chan.browser)
        page = again.go()
        again.tokens = again.attempt.tokens(page, connect_to=world.ports[n % 2])
        places.append(place_of(again))
    assert len(set(places)) == len(places)


def test_a_revocation_is_known_within_the_ttl_everywhere(world, signed_in):
    for revoking in (0, 1):
        chan = signed_in()
        bystander = signed_in()
        for port in world.ports:
            assert not is_marked(chan, port)
        assert chan.party.revoke(chan.tokens["refresh_token"], world.ports[revoking]).status == 200
        world.pass_time(1) # a node looks at the bits once a second
        for port in world.ports:
            wait_until(lambda: is_marked(chan, port), "the bit is set", TTL)
            assert not is_marked(bystander, port)


def test_what_the_person_ends_is_marked_too(world, signed_in):
    for act in ("withdraw", "end"):
        chan = signed_in()
        Account(world, browser=chan.browser).do(act)
        world.pass_time(1)
        wait_until(lambda: is_marked(chan), "the bit is set", TTL)


def test_a_code_used_twice_marks_what_it_gave(world, journey):
    world.hurry()
    chan = journey("hongkong")
    code = chan.attempt.code(chan.go())
    chan.tokens = answer_json(chan.attempt.redeem(code))
    assert not is_marked(chan)
    assert chan.attempt.redeem(code).status == 400
    world.pass_time(1)
    wait_until(lambda: is_marked(chan), "the bit is set", TTL)


def test_a_reused_refresh_token_marks_its_family(world, signed_in):
    chan = signed_in()
    chan.party.refresh(chan.tokens["refresh_token"])
    world.pass_time(30)
    assert chan.party.refresh(chan.tokens["refresh_token"]).status == 400
    world.pass_time(1)
    wait_until(lambda: is_marked(chan), "the bit is set", TTL)


def test_caches(world, signed_in):
    chan = signed_in()
    uri, _ = place_of(chan)
    first = fetch(chan, uri)
    assert first.headers["Cache-Control"] == f"public, max-age={TTL}" and first.headers["Access-Control-Allow-Origin"] == "*"
    tag = first.headers["ETag"]
    assert tag.startswith('W/"') and tag.endswith('"')
    for port in world.ports * 4: # on each worker of each node
        answer = fetch(chan, uri, port, **{"If-None-Match": tag})
        assert answer.status == 304 and not answer.body and answer.headers["ETag"] == tag
    assert fetch(chan, uri, **{"If-None-Match": '"another"'}).status == 200
    chan.party.revoke(chan.tokens["refresh_token"])
    world.pass_time(1)
    wait_until(lambda: is_marked(chan), "the bit is set", TTL)
    changed = fetch(chan, uri, **{"If-None-Match": tag})
    assert changed.status == 200 and changed.headers["ETag"] != tag


def test_an_old_list_is_signed_anew(world, signed_in):
    chan = signed_in()
    uri, _ = place_of(chan)
    for _ in range(4):
        bits_of(chan, uri)
        world.pass_time(1700)


@pytest.mark.parametrize("number", ["999999", "1000000000000", "99999999999999999999999", "-1", "01", "x", "0x0", "", "0/1", "%30%00"])
def test_lists_that_are_not_there(world, number):
    assert exchange("GET", world.issuer + "/status_lists/" + number).status in (400, 404)


def test_a_full_list_is_followed_by_the_next(world, signed_in):
    """As if nearly fifty thousand million grants had been made."""
    chan = signed_in()
    last = 700000
    world.redis.command("SET", "bg:d:status", str((last + 1) * 65536 - 2))
    found = set()
    while len(found) < 2:
        again = Journey(world, "refreshing", browser=chan.browser)
        again.tokens = again.finish()
        uri, index = place_of(again)
        assert uri.rpartition("/")[2] in (str(last), str(last + 1)) and index < 65536
        found.add(uri)
        assert not is_marked(again)
        again.party.revoke(again.tokens["refresh_token"])
        world.pass_time(1)
        wait_until(lambda: is_marked(again), "the bit is set", TTL)
    answer = exchange("GET", f"{world.issuer}/status_lists/{last + 2}")
    assert answer.status == 404
    sizes = [len(exchange("GET", uri).body) for uri in found]
    assert max(sizes) < 1024, "a list with few revocations is small"


def test_a_lost_counter_gives_no_place_twice(world, signed_in):
    before = place_of(signed_in())
    world.redis.command("DEL", "bg:d:status")
    world.pass_time(1)
    chan = signed_in()
    assert place_of(chan) != before and not is_marked(chan)


def test_switching_lists_off_disturbs_no_token(world):
    """A token that is out keeps its list; one that is refreshed names none any more."""
    with World("lists-switched-off") as own:
        own.hurry()
        chan = Journey(own, "refreshing")
        chan.tokens = chan.finish()
        uri, _ = place_of(chan)
        own.write_gateway(0, {"status_list": {"enabled": False}})
        own.restart_gateway()
        assert fetch(chan, uri).status == 200
        tokens = answer_json(chan.party.refresh(chan.tokens["refresh_token"]))
        assert "status" not in chan.party.verify(tokens["access_token"])[1]


def test_opaque_tokens_have_no_place(world, signed_in):
    assert signed_in("opaque").tokens["access_token"].startswith("bga.")


def test_without_status_lists():
    with World("no-status-lists", settings={"status_list": {"enabled": False}}) as own:
        own.hurry()
        chan = Journey(own, "refreshing")
        chan.tokens = chan.finish()
        assert "status" not in chan.party.verify(chan.tokens["access_token"])[1]
        assert exchange("GET", own.issuer + "/status_lists/0").status == 404
        assert not [key for key in own.redis.content() if b"status" in key]
        assert chan.party.revoke(chan.tokens["refresh_token"]).status == 200
        assert chan.party.userinfo(chan.tokens["access_token"]).status == 401
