# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""What a verified token costs: BAYGATE_BUILD=build/test /usr/bin/python3 tests/interop/cost.py (Debian: wrk).

CPU time of the program, user and system, for each request: with tokens that are hardly ever seen twice, and the same
program without the recipe (a proxy that asks for nothing; a service that gets no token). A minute; no part of the tests."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

from forge import Forge
from products import HAPROXY, Haproxy, ModOauth2, NodeJose, PythonAuthlib
from program import Program, free_ports

TOKENS, ROUNDS, SECONDS = 20000, 3, 3
TICK = 1e6 / os.sysconf("SC_CLK_TCK")  # microseconds

LUA = """
local lines, n = {{}}, 0
for line in io.lines("{tokens}") do lines[#lines + 1] = line end
request = function()
    n = n % #lines + 1
    return wrk.format("GET", "{path}", {{Authorization = "Bearer " .. lines[n]}})
end
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
        before = ticks(product.program.process.pid)
        count = load(product, script, SECONDS)
        found.append((ticks(product.program.process.pid) - before) * TICK / count)
    return sorted(found)[ROUNDS // 2]


def measure(folder, forge, application, script):
    pairs = ((Haproxy, PlainHaproxy, True), (ModOauth2, PlainApache, True), (PythonAuthlib, PythonAuthlib, False),
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


def main():
    with tempfile.TemporaryDirectory(prefix="baygate-cost-") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        forge, (application,) = Forge(), free_ports(1)
        (folder / "tokens").write_text("".join(forge.token(jti=str(n)) + "\n" for n in range(TOKENS)))
        (folder / "load.lua").write_text(LUA.format(tokens=folder / "tokens", path=Haproxy.path))
        (folder / "application.cfg").write_text(
            PROXY.format(application) + " http-request return status 200 content-type text/plain string ok\n")
        behind = Program("application", [HAPROXY, "-db", "-f", folder / "application.cfg"], folder)
        behind.start()
        try:
            measure(folder, forge, application, folder / "load.lua")
        finally:
            behind.stop()
            forge.close()


if __name__ == "__main__":
    main()
