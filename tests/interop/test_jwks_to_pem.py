# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""The keys that HAProxy reads."""

import json
import subprocess
import sys

import pytest
from echo import Echo
from jwcrypto import jwk
from products import SERVICES

KEYS = [jwk.JWK.generate(kty="EC", crv="P-256", kid=str(n), alg="ES256", use="sig") for n in range(4)]
OTHERS = [jwk.JWK.generate(kty="EC", crv="P-384", kid="other", alg="ES384", use="sig"),
          jwk.JWK.generate(kty="OKP", crv="Ed25519", kid="ed", alg="EdDSA", use="sig")]


def run(keys, folder):
    server = Echo(lambda *_: {"keys": [json.loads(key.export_public()) for key in keys]})
    try:
        return subprocess.run([sys.executable, SERVICES / "jwks_to_pem.py", f"http://localhost:{server.port}/jwks", folder],
                              capture_output=True, text=True)
    finally:
        server.close()


@pytest.mark.parametrize("count, places", [(1, "000"), (2, "011"), (3, "012")])
def test_there_is_always_a_key_in_each_place(tmp_path, count, places):
    assert run([*OTHERS, *KEYS[:count]], tmp_path).returncode == 0
    found = [(tmp_path / f"{number}.pem").read_bytes() for number in (1, 2, 3)]
    assert found == [KEYS[int(place)].export_to_pem() for place in places]


@pytest.mark.parametrize("count", [0, 4])
def test_what_does_not_fit_is_said_and_changes_nothing(tmp_path, count):
    done = run([*OTHERS, *KEYS[:count]], tmp_path)
    assert done.returncode == 1 and f"{count} keys for ES256" in done.stderr
    assert not list(tmp_path.iterdir())
