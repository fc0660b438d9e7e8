# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""What a verified token costs: BAYGATE_BUILD=build/test /usr/bin/python3 tests/interop/cost.py (Debian: wrk).

CPU time of the program, user and system, for each request: with tokens that are hardly ever seen twice, and the same
program without the recipe (a proxy that asks for nothing; a service that gets no token). Then the guard alone, by what it
has seen before, and the gateway itself when it is asked by introspection. Two minutes; no part of the tests."""

import base64
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

from forge import Forge
from products import HAPROXY, Haproxy, ModOauth2, Nginx, NodeJose, PythonAuthlib
from program import Program, free_ports
from street import Street

TOKENS, ROUNDS, SECONDS = 20000, 3, 3
TICK = 1e6 / os.sysconf("SC_CLK_TCK")  # microseconds

LUA = """
local lines, n = {{}}, 0
for line in io.lines("{tokens}") do lines[#lines + 1] = line end
request = function()
    n = n % #lines + 1
    return wrk.format("GET", "{path}", {{Authorization = "Bearer " .. lines[n], ["X-Original-URI"] = "/api/me",
                                         ["X-Original-Method"] = "GET"}})
end
"""
ASK = """
local headers = {{["Authorization"] = "Basic {pair}", ["Content-Type"] = "application/x-www-form-urlencoded"}}
request = function() return wrk.format("POST", "/introspect", headers, "token={token}") end
"""
PROXY = "defaults\n mode http\n timeout client 30s\n timeout server 30s\n timeout connect 5s\nfrontend f\n bind 127.0.0.1:{}\n"


class PlainHaproxy(Haproxy):
    def prepare(self):
        path = self.folder / "plain.cfg"
        path.write_text(PROXY.format(self.port) + f" default_backend b\nbackend b\n server s 127.0.0.1:{self.application}\n")
        return [HAPROXY, "-db", "-f", path]


class PlainApache(ModOauth2):
    def site(self):
        path = self.folder / "plain.conf"
        path.write_text(f'<Location "/api/">\nProxyPass "http://127.0.0.1:{self.application}/api/"\n</Location>\n')
        return path


class PlainNginx(Nginx):
    def prepare(self):
        words = super().prepare()
        (self.folder / "nginx.conf").write_text(
            f"server {{ listen 127.0.0.1:{self.port}; location / {{ proxy_pass http://127.0.0.1:{self.application}; }} }}")
        return words


class GuardAlone(Nginx):
    """What nginx would ask, without nginx."""

    name, path = "guard", "/auth"

    def start(self):
        super().start()
        self.port = self.guard_port
        return self

    def pids(self):
        return [self.guard.process.pid]


class Asked:
    """The gateway, for who asks by introspection."""

    path = "/introspect"

    def __init__(self, street):
        self.port, self.program = street.ports[0], street.gateways[0]


def pids_of(product):
    own = getattr(product, "pids", None)
    more = [product.guard.process.pid] if isinstance(product, Nginx) else []
    return own() if own else [product.program.process.pid, *more]


def ticks(pid):
    """Of a process and its children."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    children = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True).stdout.split()
    return int(fields[11]) + int(fields[12]) + sum(map(ticks, children))


def load(product, script, seconds):
    """How many requests were answered."""
    url = f"http://127.0.0.1:{product.port}{product.path}"
    command = ["wrk", "-t1", "-c16", f"-d{seconds}s", *(["-s", script] if script else []), url]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert not script or "Non-2xx" not in said, said
    return int(re.search(r"(\d+) requests in", said).group(1))


def cost(product, script):
    """Microseconds for each request; the median of the rounds."""
    load(product, script, 1)
    found = []
    for _ in range(ROUNDS):
        before = sum(map(ticks, pids_of(product)))
        count = load(product, script, SECONDS)
        found.append((sum(map(ticks, pids_of(product))) - before) * TICK / count)
    return sorted(found)[ROUNDS // 2]


def measure(folder, forge, application, script):
    pairs = ((Nginx, PlainNginx, True), (Haproxy, PlainHaproxy, True), (ModOauth2, PlainApache, True), (PythonAuthlib, PythonAuthlib, False),
             (NodeJose, NodeJose, False))
    print(f"{'':20}{'with':>8}{'without':>9}  microseconds of CPU for each request")
    for kind, plain, shown in pairs:
        products = [each(folder / f"{kind.name}-{n}", folder, forge.issuer, application) for n, each in enumerate((kind, plain))]
        try:
            figures = [cost(products[0].start(), script), cost(products[1].start(), script if shown else None)]
        finally:
            for product in products:
                product.stop()
        print(f"{kind.name:20}{figures[0]:8.0f}{figures[1]:9.0f}")


def script_of(folder, name, tokens, path=Haproxy.path):
    (folder / f"{name}.tokens").write_text("".join(token + "\n" for token in tokens))
    script = folder / f"{name}.lua"
    script.write_text(LUA.format(tokens=folder / f"{name}.tokens", path=path))
    return script


def measure_one(product, script, words):
    print(f"{words:52}{cost(product, script):8.0f}")


def measure_guard(folder, forge, application):
    product = GuardAlone(folder / "guard-alone", folder, forge.issuer, application)
    try:
        product.start()
        measure_one(product, script_of(folder, "new", [forge.token(jti=str(n)) for n in range(TOKENS)], "/auth"),
                    "guard, tokens not seen before (ES256, two opinions)")
        measure_one(product, script_of(folder, "same", [forge.token()], "/auth"), "guard, a token seen before")
    finally:
        product.stop()


def measure_street(folder, application):
    """With the real gateway: status lists and introspection."""
    with Street("interop-cost") as street:
        street.hurry()
        token, opaque = (street.finish(client)["access_token"] for client in ("caller", "opaque"))
        product = GuardAlone(folder / "guard-street", folder, street.issuer, application)
        try:
            product.start()
            measure_one(product, script_of(folder, "listed", [token], "/auth"), "guard, seen before, in a status list (ttl 1 s)")
        finally:
            product.stop()
        pair = base64.b64encode(f"records:{street.party('records').secret}".encode()).decode()
        for name, each in (("JWT", token), ("opaque token", opaque)):
            script = folder / "ask.lua"
            script.write_text(ASK.format(pair=pair, token=each))
            measure_one(Asked(street), script, f"the gateway, asked about the same {name}")


def main():
    with tempfile.TemporaryDirectory(prefix="baygate-cost-") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        forge, (application,) = Forge(), free_ports(1)
        script = script_of(folder, "load", [forge.token(jti=str(n)) for n in range(TOKENS)])
        (folder / "application.cfg").write_text(
            PROXY.format(application) + " http-request return status 200 content-type text/plain string ok\n")
        behind = Program("application", [HAPROXY, "-db", "-f", folder / "application.cfg"], folder)
        behind.start()
        try:
            measure(folder, forge, application, script)
            measure_guard(folder, forge, application)
            measure_street(folder, application)
        finally:
            behind.stop()
            forge.close()


if __name__ == "__main__":
    main()
