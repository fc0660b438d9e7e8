# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""The binding ceremony: whom it links, what it shows, and that the link holds from both sides."""

import pytest
from journey import Journey


def bindings(world):
    return [key for key in world.redis.content() if key.startswith(b"bg:d:binding:")]


@pytest.mark.parametrize("person", ["chan", "lee", "smith", "auyeung", "lam"])
def test_who_agrees_in_all_that_can_be_compared_is_bound(world, journey, person):
    world.hurry(person)
    someone = journey("portal", person)
    someone.sign_in()
    assert "confirm-binding" in someone.pages and len(bindings(world)) == 2


def test_a_binding_made_in_one_direction_is_found_in_the_other(world, journey):
    world.hurry("lee")
    journey("portal", "lee").sign_in()
    back = journey("southbound", "lee")
    back.sign_in()
    assert back.pages == ["person-lee", "allow"]


def test_the_ceremony_in_the_other_direction(world, journey):
    world.hurry("lee")
    first = journey("southbound", "lee")
    first.sign_in()
    assert first.pages == ["person-lee", "continue", "waiting", "confirm-binding", "allow"]
    there = journey("portal", "lee")
    there.sign_in()
    assert "confirm-binding" not in there.pages


def test_the_confirmation_shows_both_sides_and_no_document_number(world, journey):
    world.hurry()
    page = journey("portal").go(until="confirm-binding")
    assert "陳大文" in page.body and "陈大文" in page.body and "1990" in page.body
    assert not [word for word in ("A123456", "H1234567800", "1990-01-15", "13800138000") if word in page.body]


def test_nothing_is_bound_before_the_person_confirms(world, journey):
    world.hurry()
    chan = journey("portal")
    page = chan.go(until="confirm-binding")
    assert not bindings(world)
    chan.sign_in(page)


def test_two_first_logins_at_once_make_one_binding(world, journey):
    world.hurry()
    here, there = journey("portal"), journey("portal")
    one, other = here.go(until="confirm-binding"), there.go(until="confirm-binding")
    assert here.sign_in(one)["sub"] == there.sign_in(other)["sub"]
    assert len(bindings(world)) == 2


def test_a_session_without_a_binding_meets_the_ceremony(world, journey):
    world.hurry()
    chan = journey("hongkong")
    chan.sign_in()
    again = Journey(world, "portal", browser=chan.browser)
    again.sign_in()
    assert again.pages == ["continue", "person-chan", "confirm-binding", "allow"]


def test_a_lost_half_is_no_binding_and_can_be_made_again(world, journey):
    world.hurry()
    journey("portal").sign_in()
    world.redis.command("DEL", bindings(world)[0])
    chan = journey("portal")
    chan.sign_in()
    assert "confirm-binding" in chan.pages and len(bindings(world)) == 2
