# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""Other people's programs against the real gateway. BAYGATE_INTEROP=off leaves them out, and says so."""

import os
import shutil
import tempfile
import time
import types
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


@pytest.fixture(scope="session", params=VERIFIERS)
def verifier(request, street, forge, application, place):
    """One program, twice: `real` accepts the gateway's tokens, `forged` those of the issuer that signs anything. And a
    `short` token that has seconds left when it is shown `first`."""
    kind, started = VERIFIERS[request.param], []
    try:
        for name, issuer in (("real", street.issuer), ("forged", forge.issuer)):
            folder = place / f"{kind.name}-{name}"
            started.append(kind(folder, LOGS / "interop" / "products", issuer, application.port).start())
        end = int(time.time()) + 4
        short = forge.token(exp=end)
        yield types.SimpleNamespace(name=kind.name, real=started[0], forged=started[1], end=end, short=short,
                                    first=started[1].call(short).status)
    finally:
        for product in started:
            product.stop()
