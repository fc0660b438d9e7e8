# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""One world for most stories; a story that needs another kind makes its own."""

import pytest
from flow_world import World
from journey import Journey


@pytest.fixture(scope="session")
def shared_world():
    with World("flows", gateways=2) as world:
        yield world


@pytest.fixture
def world(shared_world):
    """Two gateways on one Redis; nobody is bound, the sandbox behaves. Afterwards nothing may have been told."""
    shared_world.revive()
    shared_world.calm()
    yield shared_world
    shared_world.check_clean()


@pytest.fixture
def journey(world):
    """journey("portal", person="chan", …): a person about to sign in."""
    return lambda client, *args, **params: Journey(world, client, *args, **params)
