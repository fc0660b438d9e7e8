# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""The checks that follow each story notice what they look for, and what they look for holds when time has passed."""

import pytest


def test_a_person_in_a_log_is_noticed(world):
    assert world.told('{"reason":"CHAN, Tai Man"}'.encode()) and world.told("陳大文".encode())
    secret = world.keep("a-secret-of-a-test")
    assert world.told(b"code=" + secret.encode() + b"&x")
    world.fresh_secrets.clear()
    assert world.told(b'{"code":"' + secret.encode() + b'"}'), "also of an earlier story"
    assert not world.told(b'{"event":"request","route":"/token"}')


@pytest.mark.parametrize("key, value, life", [
    ("bg:code:x", "1990-01-15", 60), ("bg:code:x", "sealed", None), ("bg:d:binding:x", "sealed", 60),
    ("other:x", "sealed", 60)])
def test_what_should_not_be_in_redis_is_noticed(world, key, value, life):
    world.redis.command("SET", key, value, *(("EX", life) if life else ()))
    try:
        with pytest.raises(AssertionError):
            world.check_redis()
    finally:
        world.redis.command("DEL", key)


def test_a_login_leaves_only_what_is_meant_to_last(world, journey):
    world.redis.forget("bg:*")
    world.restart_gateway(0)
    world.restart_gateway(1)
    journey("portal").sign_in()
    kinds = {key.decode().split(":")[2] for key in world.redis.content() if key.startswith(b"bg:d:")}
    assert kinds == {"binding", "consent", "person", "signing_keys", "status"}
    lives = {key.decode().split(":")[1]: life for key, (_, life) in world.redis.content().items()
             if not key.startswith(b"bg:d:")}
    assert lives.pop("person") <= 31 * 24 * 3600, "what crossed is listed for a month"
    assert lives.get("code", 0) <= 120 and all(life <= 24 * 3600 for life in lives.values()), lives
