# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""The record of transfers: what really crossed stands in it, in each format, and nobody's name; files that were touched
give no report."""

import copy
import csv
import io
import json
import subprocess

import pytest
import yaml
from flow_world import GATEWAY, World
from journey import Journey
from test_audit import audit, events_since, folder, keys, last_record, records

ITEM = "https://service.example/items/"


def transfers(*words):
    return subprocess.run([GATEWAY, "transfers", "report", *map(str, words)], capture_output=True, text=True)


def ever(directory, *words):
    return transfers(directory, "--from", "2020-01-01", "--to", "2099-12-31", *words)


def report(directory, *words):
    done = ever(directory, "--format", "json", *words)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def figures(told, **wanted):
    """(crossings, persons) of each field with its form, of the transfers that are like this."""
    found = [t for t in told["transfers"] if all(t[name] == value for name, value in wanted.items())]
    return {(f["field"], f["form"]): (f["crossings"], f["persons"]) for t in found for f in t["fields"]}


@pytest.fixture(scope="module")
def crossed():
    """Chan goes north twice, once for an item and without saying his gender; Lee once; Chan also stays at home."""
    with World("transfers") as world:
        world.hurry()
        first = Journey(world, "portal")
        first.sign_in()
        again = Journey(world, "portal", resource=ITEM + "allowance")
        page = again.go(until="allow")
        again.sign_in(again.browser.press(page, "allow", refuse_gender="1"))
        world.hurry("lee")
        Journey(world, "portal", "lee").sign_in()
        Journey(world, "hongkong", "lee").sign_in()
        Journey(world, "purposeless", "lee").sign_in()
        last_record(world)
        world.jwks = keys(world)
        yield world


def test_json_tells_what_crossed(crossed):
    told = report(folder(crossed), "--jwks", crossed.jwks)
    assert (told["version"], told["crossings"], told["persons"]) == (1, 4, 2)
    assert (told["from"], told["to"]) == ("2020-01-01T00:00:00Z", "2099-12-31T23:59:59Z")
    assert told["directions"] == [{"direction": "HK>CN", "crossings": 4, "persons": 2}]
    assert told["chain_verified"] and told["signatures_verified"] and told["whole"] and told["files"] == 1
    assert told["records"] == records(crossed)[-1]["seq"]
    plain = figures(told, recipient="portal", item=None)
    assert plain["sub", "pairwise"] == plain["name", "value"] == plain["birthdate", "masked"] == (2, 2)
    assert plain["gender", "value"] == (2, 2)
    item = figures(told, recipient="portal", item="allowance")
    assert item["sub", "pairwise"] == item["name", "value"] == (1, 1)
    assert ("gender", "value") not in item, "it was refused"
    assert figures(told, recipient="purposeless") == {("sub", "pairwise"): (1, 1)}
    assert not [t for t in told["transfers"] if t["recipient"] == "hongkong"], "nothing crossed there"
    policies = {t["recipient"]: t["policy"] for t in told["transfers"]}
    assert policies["purposeless"] is None and policies["portal"]["id"] == "hk-cn-public-services"
    crossing = next(r for r in records(crossed) if r["event"] == "crossing")
    assert policies["portal"]["sha256"] == crossing["policy_sha256"]


def test_csv_says_the_same(crossed):
    told, done = report(folder(crossed)), ever(folder(crossed), "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout, newline="")))
    assert done.returncode == 0 and "chain verified; signatures not checked" in done.stderr
    flat = [(t["recipient"], t["item"] or "", f["field"], f["form"], f["crossings"], f["persons"])
            for t in told["transfers"] for f in t["fields"]]
    assert [(r["recipient"], r["item"], r["field"], r["form"], int(r["crossings"]), int(r["persons"])) for r in rows] == flat
    assert {(r["direction"], r["verified"], r["whole"]) for r in rows} == {("HK>CN", "chain", "yes")}


def test_the_table_says_the_same(crossed):
    done = ever(folder(crossed))
    assert done.returncode == 0 and not done.stderr
    words = [line.split() for line in done.stdout.splitlines()]
    assert ["HK>CN", "4", "2"] in words and ["name", "value", "2", "2"] in words and ["sub", "pairwise", "1", "1"] in words
    assert ["item", "allowance"] in words and ["recipient", "purposeless"] in words


def test_nobody_is_named_in_any_format(crossed):
    people = {record[who] for record in records(crossed) for who in ("person", "other") if who in record}
    assert len(people) == 4
    for name in ("table", "csv", "json"):
        done = ever(folder(crossed), "--format", name)
        assert not crossed.told((done.stdout + done.stderr).encode())
        assert not [person for person in people if person in done.stdout]


def test_the_period_is_kept(crossed):
    times = [record["time"] for record in records(crossed) if record["event"] == "crossing"]
    periods = [(times[0][:10], "2099-12-31", 4), (times[0], times[-1], 4), ("2020-01-01", times[0], times.count(times[0])),
               ("2020-01-01", "2020-12-31", 0), ("2099-01-01", "2099-12-31", 0)]
    for first, last, crossings in periods:
        done = transfers(folder(crossed), "--from", first, "--to", last, "--format", "json")
        assert json.loads(done.stdout)["crossings"] == crossings, (first, last)


def test_a_doctored_file_gives_no_report_but_its_place(crossed, tmp_path):
    for path in folder(crossed).iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    file = next(tmp_path.glob("*.jsonl"))
    content = file.read_text()
    lines = content.splitlines(keepends=True)
    n = next(n for n, line in enumerate(lines) if '"crossing"' in line)
    edits = {"edited": [*lines[:n], lines[n].replace("name:value", "name:masked"), *lines[n + 1:]],
             "deleted": lines[:n] + lines[n + 1:], "emptied": [*lines[:n], "{}\n", *lines[n + 1:]], "cut": lines[:n]}
    for what, text in edits.items():
        file.write_text("".join(text))
        for name in ("table", "csv", "json"):
            done = ever(tmp_path, "--format", name)
            assert done.returncode == 1 and not done.stdout and f"{file}:{n + 1}: " in done.stderr, f"{what}: {done.stderr}"
    file.write_text(content)
    assert report(tmp_path)["crossings"] == 4
    assert report(tmp_path, "--jwks", crossed.jwks)["signatures_verified"]
    done = ever(tmp_path, "--jwks", crossed.folder / "client.jwks.json")
    assert done.returncode == 1 and not done.stdout and "signature" in done.stderr


@pytest.mark.parametrize("words", [
    ("--from", "2026-11-01"), ("--to", "2026-11-01"), (), ("--from", "2026-11-31", "--to", "2026-12-01"),
    ("--from", "yesterday", "--to", "2026-12-01"), ("--from", "2026-11-1", "--to", "2026-12-01"),
    ("--from", "2026-11-01T00:00:00+08:00", "--to", "2026-12-01"), ("--from", "2026-12-02", "--to", "2026-12-01"),
    ("--from", "2026-11-01", "--to", "2026-11-30", "--format", "xml"), ("--from", "", "--to", ""),
    ("--from", "2026-11-01", "--to", "2026-11-30", "more")])
def test_a_wrong_command_line_is_refused(crossed, words):
    done = transfers(folder(crossed), *words)
    assert done.returncode == 2 and done.stderr and not done.stdout


def test_what_is_not_there_is_refused(crossed, tmp_path):
    assert ever(tmp_path / "none").returncode == ever(tmp_path).returncode == 1
    done = ever(folder(crossed), "--jwks", tmp_path / "none.json")
    assert done.returncode == 1 and "none.json" in done.stderr
    with open("/dev/full", "wb") as full:
        done = subprocess.run([GATEWAY, "transfers", "report", folder(crossed), "--from", "2020-01-01", "--to", "2099-12-31"],
                              stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1 and "No space left" in done.stderr
    shown = subprocess.run([GATEWAY, "transfers", "--help"], capture_output=True, text=True)
    assert shown.returncode == 0 and "example:" in shown.stdout


def test_records_name_the_item(crossed):
    told = records(crossed, 0, "--item", "allowance")
    assert {record["event"] for record in told} == {"login", "session_opened", "consent_given", "token_issued", "crossing"}
    done = audit("show", folder(crossed), "--item", "allowance")
    assert done.returncode == 0 and 'item="allowance"' in done.stdout
    settings = crossed.write("explained.yaml", crossed.settings())
    explain = [GATEWAY, "policy", "explain", "--settings", settings, "--client", "portal", "--source", "iamsmart", "--item"]
    done = subprocess.run([*explain, "allowance"], capture_output=True, text=True)
    assert done.returncode == 0 and "item allowance" in done.stdout and "masked" in done.stdout
    assert subprocess.run([*explain, "contact"], capture_output=True).returncode == 1, "not for this client"


class TwoServices(World):
    """The gateway is known to iAM Smart twice; each registration gets another openID of the same person."""

    def write_sandbox(self):
        path = super().write_sandbox()
        tree = yaml.safe_load(path.read_text())
        services = tree["iamsmart"]["services"]
        services.append({**copy.deepcopy(services[0]), "client_id": "baygate-second"})
        return self.write(path.name, tree)

    def use(self, client_id):
        assert self.gateways[0].stop() == 0
        sources = self.sources()
        sources[0]["settings"]["client_id"] = client_id
        self.write_gateway(0, {"sources": sources})
        self.start_gateway()


def test_a_binding_that_is_refused_is_told():
    with TwoServices("transfers-refused") as world:
        world.hurry()
        Journey(world, "portal").sign_in()
        world.use("baygate-second")
        start = last_record(world)
        assert Journey(world, "portal").refused() == "access_denied"
        last_record(world)
        told = {record["event"]: record for record in events_since(world, start)}
        refused, made = told["binding_refused"], told["binding_made"]
        assert refused["reason"] == "ERR_ALREADY_BOUND" and refused["binding"] == made["binding"]
        assert (refused["person"], refused["other"]) == (made["person"], made["other"])
        first = records(world, 0, "--event", "binding_made")[0]
        assert first["other"] == made["other"] and first["person"] != made["person"], "one side is the same"
        assert not {"crossing", "login"} & set(told)
        world.check_clean()
