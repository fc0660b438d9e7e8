# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""Other people's programs against the real gateway. BAYGATE_INTEROP=off leaves them out, and says so."""

import os
import shutil
import tempfile
import time
from pathlib import Path

import pytest
from echo import Echo
from flow_world import LOGS
from forge import Forge
from products import VERIFIERS
from street import Street

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    if os.environ.get("BAYGATE_INTEROP") == "off":
        for item in items:
            if HERE in item.path.parents:
                item.add_marker(pytest.mark.skip(reason="BAYGATE_INTEROP=off"))


@pytest.fixture(scope="session")
def street():
    with Street("interop") as world:
        world.bought = world.tokens()
        yield world


@pytest.fixture(scope="session")
def forge():
    issuer = Forge()
    yield issuer
    issuer.close()


@pytest.fixture(scope="session")
def application():
    """What stands behind a proxy: it answers with what it was asked."""
    server = Echo()
    yield server
    server.close()


@pytest.fixture(scope="session")
def place():
    """A folder that the user whom Apache changes to may enter, and one for logs."""
    folder = Path(tempfile.mkdtemp(prefix="baygate-interop-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


class Verifier:
    """One program, twice: `real` accepts the gateway's tokens, `forged` those of the issuer that signs anything. And a
    `short` token that has seconds left when it is shown `first`."""

    def __init__(self, kind):
        self.kind, self.name = kind, kind.name
        self.real = self.forged = None

    def start(self, street, forge, application, place):
        self.real = self.run(place / f"{self.name}-real", street.issuer, application)
        self.forged = self.run(place / f"{self.name}-forged", forge.issuer, application)
        self.end = int(time.time()) + 4
        self.short = forge.token(exp=self.end)
        self.first = self.forged.call(self.short).status

    def run(self, folder, issuer, application):
        return self.kind(folder, LOGS / "interop" / "products", issuer, application.port).start()

    def stop(self):
        for product in filter(None, (self.real, self.forged)):
            product.stop()


@pytest.fixture(scope="session")
def verifiers(street, forge, application, place):
    """Name -> program, or why there is none."""
    found = {}
    for name, kind in VERIFIERS.items():
        found[name] = Verifier(kind)
        try:
            found[name].start(street, forge, application, place)
        except (Exception, pytest.fail.Exception) as failure:
            found[name].stop()
            found[name] = failure
    yield found
    for each in found.values():
        if isinstance(each, Verifier):
            each.stop()


@pytest.fixture(params=VERIFIERS)
def verifier(request, verifiers):
    if not isinstance(verifiers[request.param], Verifier):
        raise verifiers[request.param]
    return verifiers[request.param]
