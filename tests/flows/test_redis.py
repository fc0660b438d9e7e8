# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""Where the state is: the gateway's own Redis, one without persistence, and what a thief of its files would find."""

import os
import pathlib
import re
import signal

import pytest
from account_page import Account
from flow_world import PERSONAL, ROOT, World
from journey import Journey
from program import Program
from redis_server import Redis, RedisError
from relying_party import answer_json
from web_browser import exchange


@pytest.fixture(scope="module")
def embedded():
    with World("embedded-redis", own_redis=False) as world:
        yield world
        world.check_clean()


def children(pid):
    return [int(child) for task in pathlib.Path(f"/proc/{pid}/task").iterdir()
            for child in (task / "children").read_text().split()]


def is_alive(pid):
    try:
        return "(zombie)" not in pathlib.Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def test_the_embedded_redis_starts_stops_and_remembers(embedded):
    gateway = embedded.gateways[0]
    first = Journey(embedded, "portal").sign_in()
    redis, = children(gateway.process.pid)
    assert "redis-server" in pathlib.Path(f"/proc/{redis}/cmdline").read_text()
    assert gateway.stop() == 0
    assert not is_alive(redis)
    embedded.start_gateway()
    again = Journey(embedded, "portal")
    assert again.sign_in()["sub"] == first["sub"]
    assert "confirm-binding" not in again.pages and "allow" not in again.pages


def test_its_socket_and_files_are_for_the_gateway_alone(embedded):
    state = embedded.folder / "state-1"
    for path in [state, state / "redis", state / "redis" / "redis.sock", embedded.folder / "master.key"]:
        assert path.stat().st_mode & 0o077 == 0, path


def test_nobody_is_in_clear_in_its_files(embedded):
    Journey(embedded, "portal").sign_in()
    told = [word.encode() for word in [*PERSONAL, *embedded.secrets]]
    for path in (embedded.folder / "state-1").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [word for word in told if word in content], path


def test_when_the_embedded_redis_dies_the_gateway_ends_too(embedded):
    gateway = embedded.gateways[0]
    redis, = children(gateway.process.pid)
    os.kill(redis, signal.SIGKILL)
    assert gateway.wait() == 1
    embedded.start_gateway()


def test_a_redis_without_persistence_is_refused(embedded):
    redis = Redis(embedded.folder / "forgetful", embedded.logs)
    redis.start()
    try:
        redis.command("CONFIG", "SET", "appendonly", "no")
        tree = {**embedded.settings(), "redis": {"url": f"unix://{redis.socket}"},
                "listen": {"port": 0}, "admin": {"port": 0},
                "audit": {"directory": str(embedded.folder / "forgetful-audit")}}
        command = [embedded.gateways[0].command[0], "serve", "--settings", embedded.write("forgetful.yaml", tree)]
        gateway = Program("forgetful", command, embedded.logs)
        gateway.start()
        assert gateway.wait() == 1
        assert "durability" in gateway.said()
    finally:
        redis.stop()


def test_the_rights_in_the_manual_are_enough():
    """With a Redis user that may do what docs/operations.md lists and nothing else, everything works."""
    manual = (ROOT / "docs" / "operations.md").read_text()
    rights = re.search(r"^ACL SETUSER baygate on >PASSWORD (.+)$", manual, re.MULTILINE)[1]
    with World("redis-user") as own:
        own.redis.command("ACL", "SETUSER", "default", "on", "nopass", *rights.split())
        own.restart_gateway()
        own.hurry()
        chan = Journey(own, "worldwide", scope="openid profile offline_access")
        tokens = chan.finish()
        place = chan.party.verify(tokens["access_token"])[1]["status"]["status_list"]["uri"]
        tokens = answer_json(chan.party.refresh(tokens["refresh_token"]))
        assert chan.party.introspect(tokens["access_token"])["active"]
        assert chan.party.revoke(tokens["refresh_token"]).status == 200
        assert exchange("GET", place).status == 200
        account = Account(own, browser=chan.browser)
        for act in ("withdraw", "unbind", "end"):
            account.do(act)
        assert not [line for line in own.log_lines() if "NOPERM" in str(line)]
        with pytest.raises(RedisError, match="NOPERM"):
            own.redis.command("KEYS", "*")
