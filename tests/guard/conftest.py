# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""The guard is built where liboauth2 is; elsewhere its tests say that they were left out."""

import pytest
from guard_world import GUARD, GuardWorld


@pytest.fixture(autouse=True, scope="session")
def is_built():
    if not GUARD.exists():
        pytest.skip("baygate-guard is not built: liboauth2-dev is missing")


@pytest.fixture(scope="module")
def guard(request):
    """A guard for the stories of one file, with the settings that it names."""
    module = request.module
    with GuardWorld(module.__name__, **getattr(module, "SETTINGS", {})) as world:
        yield world


def refused(answer, code, status=401):
    """A refusal with this error code in its challenge."""
    assert answer.status == status and f'error="{code}"' in answer.challenge, answer
    assert not [name for name in answer.headers if name.lower().startswith("x-subject")]
    return answer


@pytest.fixture(name="refused")
def give_refused():
    return refused
