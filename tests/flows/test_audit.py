# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""What a login leaves in the audit: every step of it, nobody in clear, provable offline; and nothing that was answered is
lost, whatever happens to the gateway."""

import hashlib
import json
import resource
import subprocess
import urllib.parse

from flow_world import GATEWAY, World
from program import wait_until
from relying_party import answer_json
from web_browser import exchange


def audit(*words, **options):
    return subprocess.run([GATEWAY, "audit", *map(str, words)], capture_output=True, text=True, **options)


def folder(world, n=0):
    return world.folder / f"state-{n + 1}" / "audit"


def records(world, n=0, *filters):
    done = audit("export", folder(world, n), "--json", *filters)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def keys(world):
    path = world.folder / "jwks.json"
    path.write_bytes(exchange("GET", world.issuer + "/jwks").body)
    return path


def events_since(world, last, n=0):
    return [record for record in records(world, n) if record["seq"] > last]


def last_record(world, n=0):
    """Where the audit stands, when all that happened is in it."""
    standing = [-1]

    def is_quiet():
        before, standing[0] = standing[0], records(world, n)[-1]["seq"]
        return before == standing[0]

    wait_until(is_quiet, "the audit is quiet")
    return standing[0]


def test_a_whole_login_is_told_and_nobody_is_named(world, journey):
    start = last_record(world)
    chan = journey("portal")
    tokens = chan.finish()
    wait_until(lambda: any(r["event"] == "crossing" for r in events_since(world, start)), "the crossing is told")
    told = events_since(world, start)
    names = [record["event"] for record in told if record["event"] != "checkpoint"]
    assert names == ["binding_made", "consent_given", "login", "session_opened", "token_issued", "crossing"]
    by_name = {record["event"]: record for record in told}
    crossing, login = by_name["crossing"], by_name["login"]
    assert crossing["client"] == "portal" and crossing["direction"] == "HK>CN" and crossing["source"] == "iamsmart"
    assert crossing["purpose"] == "public-service"
    assert crossing["person"] == login["person"] == by_name["binding_made"]["person"]
    assert login["binding"] == by_name["binding_made"]["binding"] and login["other"] == by_name["binding_made"]["other"]
    assert by_name["token_issued"]["session"] == login["session"]
    assert by_name["consent_given"]["request"] and len({record["hash"] for record in told}) == len(told)
    content = b"".join(path.read_bytes() for path in folder(world).iterdir())
    assert not world.told(content), "persons or secrets stand in the audit"
    claims = chan.party.check_id_token(tokens, chan.attempt)
    assert claims["sub"].encode() not in content, "the audit's pseudonyms are nobody else's"


def test_verify_proves_it_and_finds_what_was_changed(world, journey):
    world.hurry()
    journey("portal").sign_in()
    last_record(world)
    jwks = keys(world)
    for options in ((), ("--jwks", jwks)):
        done = audit("verify", folder(world), *options)
        assert done.returncode == 0 and done.stdout.startswith("ok: "), done.stdout + done.stderr
    copy = world.folder / "copy"
    copy.mkdir(exist_ok=True)
    for path in folder(world).iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    file = max(copy.glob("*.jsonl"))
    content = file.read_text()
    lines = content.splitlines(keepends=True)
    n = next(n for n, line in enumerate(lines) if '"binding_made"' in line)
    edits = {"edited": content.replace('"binding_made"', '"binding_mad3"', 1), "deleted": "".join(lines[:n] + lines[n + 1:]),
             "swapped": "".join([*lines[:n], lines[n + 1], lines[n], *lines[n + 2:]]), "cut": "".join(lines[:n])}
    for what, text in edits.items():
        file.write_text(text)
        done = audit("verify", copy, "--jwks", jwks)
        assert done.returncode == 1 and done.stdout.startswith(f"{file}:{n + 1}: "), f"{what}: {done.stdout}"
    file.write_text(content)
    assert audit("verify", copy, "--jwks", jwks).returncode == 0
    other = world.folder / "other.jwks.json"
    other.write_text((world.folder / "client.jwks.json").read_text())
    assert "signature" in audit("verify", copy, "--jwks", other).stdout


def test_show_finds_a_person_by_pseudonym(world, journey):
    world.hurry()
    journey("hongkong").sign_in()
    last_record(world)
    told = records(world, 0, "--client", "hongkong", "--event", "login")
    assert told and {record["client"] for record in told} == {"hongkong"}
    done = audit("show", folder(world), "--subject", told[-1]["person"], "--event", "login")
    assert 'client="hongkong"' in done.stdout and done.returncode == 0
    assert audit("show", folder(world), "--since", "2999-01-01").stdout == ""
    assert audit("show", folder(world), "--event", "nothing").returncode == 2
    assert audit("show", world.folder / "not-there").returncode == 1


def test_pseudonyms_can_be_told_by_who_has_the_key(world, journey):
    lee = journey("mainland", "lee")
    lee.sign_in()
    last_record(world)
    key = world.folder / "master.key"
    code = hashlib.sha256(b"useridcode gd2ab94e7710c35f02").hexdigest()[:32]  # how the sandbox names her
    done = audit("pseudonym", "guangdong", "--master-key", key, input=code + "\n")
    assert done.returncode == 0
    assert records(world, 0, "--subject", done.stdout.strip(), "--event", "login")
    assert audit("pseudonym", "guangdong", "--master-key", world.folder / "none", input="x").returncode == 1


def test_signing_out_is_told(world, journey):
    world.hurry()
    chan = journey("leaving")
    tokens = chan.finish()
    start = last_record(world)
    chan.browser.open(f"{world.issuer}/end_session?id_token_hint={tokens['id_token']}")
    last_record(world)
    ended, = [record for record in events_since(world, start) if record["event"] == "session_ended"]
    assert ended["client"] == "leaving" and ended["session"] == chan.party.check_id_token(tokens, chan.attempt)["sid"]


def test_refusals_and_replays_are_told(world, journey):
    world.hurry()
    start = last_record(world)
    chan = journey("hongkong")
    chan.browser.press(chan.go(until="deny"), "deny")
    again = journey("hongkong")
    code = again.attempt.code(again.go())
    assert again.attempt.redeem(code).status == 200
    assert answer_json(again.attempt.redeem(code))["error"] == "invalid_grant"
    last_record(world)
    told = events_since(world, start)
    refused = next(record for record in told if record["event"] == "login_refused")
    assert refused["client"] == "hongkong" and refused["reason"] == "ERR_ACCESS_DENIED"
    revoked = next(record for record in told if record["event"] == "token_revoked")
    assert revoked["grant"] == next(record for record in told if record["event"] == "token_issued")["grant"]


def test_a_killed_gateway_loses_no_binding_and_no_consent(world, journey):
    """Killed the moment the answer is there: what was answered is on disk, and the chain goes on."""
    world.hurry()
    chan = journey("portal")
    page = chan.go(until="confirm-binding")
    start = last_record(world)
    page = chan.browser.press(page, "confirm-binding")
    kill(world)
    assert "binding_made" in [record["event"] for record in events_since(world, start)]
    world.start_gateway()
    page = chan.browser.press(page, "allow", follow=False)
    kill(world)
    assert "consent_given" in [record["event"] for record in events_since(world, start)]
    world.start_gateway()
    last_record(world)
    done = audit("verify", folder(world), "--jwks", keys(world))
    assert done.returncode == 0, done.stdout
    assert [record["event"] for record in events_since(world, start)].count("start") == 2


def kill(world):
    world.gateways[0].process.kill()
    world.gateways[0].process.wait()


def test_it_does_not_start_on_an_altered_audit():
    with World("audit-altered") as world:
        last_record(world)
        assert world.gateways[0].stop() == 0
        file = next(folder(world).glob("*.jsonl"))
        content = file.read_text()
        assert [json.loads(line)["event"] for line in content.splitlines()] == [
            "start", "settings_loaded", "keys_made", "stop", "checkpoint"]
        file.write_text(content.replace('"start"', '"stert"'))
        world.gateways[0].start()
        assert world.gateways[0].process.wait(30) == 1
        assert f"{file}:1: the record was altered" in world.gateways[0].said()
        file.write_text(content)
        world.start_gateway()


def test_a_full_disk_refuses_bindings_until_there_is_room(world, journey):
    """A limit of the process stands in for the full disk: the next record would not fit any more."""
    world.hurry()
    chan = journey("portal")
    page = chan.go(until="confirm-binding")
    last = last_record(world)
    process, size = world.gateways[0].process.pid, max(folder(world).glob("*.jsonl")).stat().st_size
    old = resource.prlimit(process, resource.RLIMIT_FSIZE, (size + 50, resource.RLIM_INFINITY))
    try:
        refused = chan.browser.press(page, "confirm-binding")
        assert refused.status == 503 and refused.error_code == "temporarily_unavailable"
        assert b"baygate_audit_failing 1" in metrics(world)
        assert exchange("GET", world.issuer + "/jwks").status == 200, "what needs no durable record goes on"
    finally:
        resource.prlimit(process, resource.RLIMIT_FSIZE, old)
    chan.sign_in(page)
    wait_until(lambda: b"baygate_audit_failing 0" in metrics(world), "it has recovered")
    last_record(world)
    names = [record["event"] for record in events_since(world, last)]
    assert names.count("binding_made") == 1 and "resumed" in names
    assert audit("verify", folder(world), "--jwks", keys(world)).returncode == 0


def metrics(world):
    return exchange("GET", f"http://localhost:{world.admin_ports[0]}/metrics").body


def test_metrics_tell_of_the_audit(world):
    body = metrics(world)
    assert b"baygate_audit_failing 0" in body and b"baygate_audit_records_total" in body
