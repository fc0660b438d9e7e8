# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""The project's own files, for the tests that read source text."""

import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PRODUCT = ("gateway", "crypto", "config", "adapters")


def files(*folders, suffixes=()):
    """Paths relative to the root, sorted. Finding none is an error: a check that looks at nothing proves nothing."""
    found = []
    for folder in folders or (".",):
        for parent, children, names in os.walk(ROOT / folder):
            at_root = pathlib.Path(parent) == ROOT
            children[:] = [c for c in children if not c.startswith(".") or c == ".ci"]
            children[:] = [c for c in children if c != "__pycache__" and not (at_root and c.startswith(("build", "state")))]
            found += [pathlib.Path(parent, name).relative_to(ROOT) for name in names]
    found = sorted(path for path in found if not suffixes or path.suffix in suffixes)
    assert found, f"no files {suffixes} in {folders}"
    return found


def text(path):
    return (ROOT / path).read_text(encoding="utf-8")
