# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""Identity sources that are away, slow, wrong, or merely different."""

import time

import pytest
from web_browser import exchange


def figure(world, name, source):
    text = exchange("GET", f"http://localhost:{world.admin_ports[0]}/metrics").body.decode()
    return next(int(line.rpartition(" ")[2]) for line in text.splitlines()
                if line.startswith(f'baygate_source_{name}{{source="{source}"}}'))


def test_a_source_that_is_down_is_told_and_soon_not_asked_any_more(world, journey):
    for attempt in range(4):
        someone = journey("nowhere")
        page = someone.browser.press(someone.begin(), "person-chan")
        assert page.status == 503 and page.error_code == "temporarily_unavailable" and page.has("try-again")
        assert page.headers["Retry-After"]
    assert figure(world, "requests_total", "nowhere") == 3, "the breaker opened after three"
    assert figure(world, "refused_total", "nowhere") >= 1
    assert journey("hongkong").begin().has("phone-link"), "the others do not mind"


def test_when_the_source_is_back_the_same_login_goes_on(world, journey):
    world.hurry()
    world.turn(world.iamsmart, "next_code", "D20000")
    chan = journey("hongkong")
    page = chan.begin()
    assert page.status == 503 and page.error_code == "temporarily_unavailable"
    chan.sign_in(chan.browser.press(page, "try-again"))


def test_a_slow_source_only_takes_longer(world, journey):
    world.hurry()
    world.turn(world.iamsmart, "slow", 300)
    journey("hongkong").sign_in()


def test_a_source_that_is_too_slow_is_given_up(world, journey):
    world.turn(world.guangdong, "slow", 2500)
    someone = journey("hasty")
    page, start = someone.begin(), time.monotonic()
    page = someone.browser.press(page, "person-chan")
    assert page.status == 503 and page.error_code == "temporarily_unavailable"
    assert time.monotonic() - start < 2.4
    world.turn(world.guangdong, "slow", 0)
    someone.sign_in(someone.browser.press(page, "try-again"))


@pytest.mark.parametrize("client", ["hongkong", "mainland"])
def test_a_source_that_fails_inside(world, journey, client):
    world.hurry()
    world.turn(world.iamsmart, "down", 1)
    world.turn(world.guangdong, "down", 1)
    someone = journey(client)
    page = someone.go(until="try-again")
    assert page.status == 503 and page.error_code == "temporarily_unavailable"
    someone.sign_in(someone.browser.press(page, "try-again"))


@pytest.mark.parametrize("client", ["hongkong", "mainland"])
def test_a_source_that_answers_garbage(world, journey, client):
    world.hurry()
    world.turn(world.iamsmart, "garbage", 1)
    world.turn(world.guangdong, "garbage", 1)
    assert journey(client).refused() == "server_error"
    journey(client).sign_in()


@pytest.mark.parametrize("code, error", [
    ("D20006", "server_error"), ("D40004", "access_denied"), ("D40003", "access_denied"), ("D99999", "server_error"),
    ("D20010", "access_denied")])
def test_response_codes_become_errors(world, journey, code, error):
    world.hurry()
    world.turn(world.iamsmart, "next_code", code)
    assert journey("hongkong").refused() == error


@pytest.mark.parametrize("code", ["D30001", "D30002", "D30003", "D30004"])
def test_key_trouble_is_tried_once_more(world, journey, code):
    world.hurry()
    world.turn(world.iamsmart, "next_code", code)
    journey("hongkong").sign_in()


def test_a_content_key_that_the_platform_forgot(world, journey):
    world.hurry()
    journey("hongkong").sign_in()
    world.turn(world.iamsmart, "expire_cek")
    journey("hongkong").sign_in()


@pytest.mark.parametrize("knob", ["cek_base64", "expires_absolute"])
def test_both_forms_of_the_content_key(world, journey, knob):
    world.hurry()
    world.turn(world.iamsmart, knob, "on")
    world.turn(world.iamsmart, "expire_cek")
    journey("hongkong").sign_in()


def test_a_content_key_grows_old(world, journey):
    world.hurry()
    journey("hongkong").sign_in()
    world.pass_time(25 * 3600)
    journey("hongkong").sign_in()


def test_a_callback_that_comes_three_times(world, journey):
    world.hurry()
    world.turn(world.iamsmart, "callback_copies", 3)
    journey("hongkong").sign_in()


def test_a_late_callback(world, journey):
    world.hurry()
    world.turn(world.iamsmart, "slow_callback", 400)
    journey("hongkong").sign_in()


@pytest.mark.parametrize("knob", ["callback_garbage", "callback_foreign_state"])
def test_a_wrong_callback_moves_nothing(world, journey, knob):
    world.hurry()
    world.turn(world.iamsmart, knob, "on")
    world.turn(world.iamsmart, "profile", "ask")
    chan = journey("hongkong")
    page = chan.go(until="waiting")
    before = len(notices(world))
    chan.decide_profile()
    while len(notices(world)) == before:  # the gateway's log tells that the callback has come
        time.sleep(0.02)
    page = chan.browser.again(page)
    assert page.has("cancel") and page.refresh_url
    assert chan.attempt.error(chan.browser.press(page, "cancel")) == "access_denied"


def notices(world):
    return [line for line in world.log_lines() if line.get("route") == "/notify/{source}"]


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"not json", b'{"code":"D00000","secretKey":"x","content":"y"}',
                                  b"\xff" * 100, b'{"a":' * 40])
@pytest.mark.parametrize("source", ["iamsmart", "guangdong", "nobody"])
def test_notices_from_strangers_all_get_the_same_answer(world, source, body):
    answer = exchange("POST", f"{world.issuer}/notify/{source}", {"Content-Type": "application/json"}, body)
    assert (answer.status, answer.body) == (200, b"{}")


@pytest.mark.parametrize("knob, value", [("isreal", "boolean"), ("userobj", "string")])
def test_variants_of_the_mainland_user_object(world, journey, knob, value):
    world.turn(world.guangdong, knob, value)
    journey("mainland", "lee").sign_in()


@pytest.mark.parametrize("form", ["error", "bare"])
def test_both_forms_of_mainland_denial(world, journey, form):
    world.turn(world.guangdong, "deny_form", form)
    lee = journey("mainland", "lee")
    assert lee.attempt.error(lee.browser.press(lee.begin(), "refuse")) == "access_denied"
