# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""Licence heads, words that do not stay, names that say nothing, and sources that nobody builds."""

import re

import tree

HEAD = ("SPDX-FileCopyrightText: 2026 The Baygate authors", "SPDX-License-Identifier: Apache-2.0")
WITH_HEAD = (".c", ".h", ".def", ".py", ".sh", ".build")
LEFT_OVER = re.compile(r"\b(TO" r"DO|FIX" r"ME|HA" r"CK|X" r"XX)\b")
EMPTY_NAMES = re.compile(r"(^|[_.-])(utils?|helpers?|misc|common|managers?)([_.-]|$)")


def code():
    return tree.files(suffixes=WITH_HEAD)


def test_every_file_names_its_licence():
    without = [str(path) for path in code() if not all(line in tree.text(path)[:400] for line in HEAD)]
    assert not without, f"without the two SPDX lines: {without}"


def test_nothing_is_left_over():
    found = [f"{path}: {match.group()}" for path in code() for match in LEFT_OVER.finditer(tree.text(path))]
    assert not found, found


def test_names_say_something():
    assert EMPTY_NAMES.search("string_util.c") and not EMPTY_NAMES.search("utility_bill.c")
    found = [str(path) for path in tree.files() if EMPTY_NAMES.search(path.name)]
    assert not found, f"say what is in them: {found}"


def unlisted(path, build):
    """Whether a meson.build does not name a C file: by its name, or, for tests and fuzz targets, by what follows _."""
    stem = path.name.rsplit(".", 1)[0]
    names = {path.name, stem, re.sub(r"^(test|fuzz)_", "", stem)}
    return not any(re.search(rf"'(?:[\w./]*/)?{re.escape(name)}'", build) for name in names)


def build_of(path):
    """The text of the nearest meson.build, the file's own folder first; for what tests share, of all of theirs."""
    if path.parts[:2] == ("tests", "support"):
        return "".join(tree.text(build) for build in tree.files("tests", suffixes=(".build",)))
    for folder in path.parents:
        if (tree.ROOT / folder / "meson.build").is_file():
            return tree.text(folder / "meson.build")
    return ""


def test_every_source_is_built():
    assert unlisted(tree.pathlib.Path("gateway/base/new.c"), "files('str.c', 'renew.c')")
    found = [str(path) for path in tree.files(suffixes=(".c",)) if unlisted(path, build_of(path))]
    assert not found, f"in no meson.build: {found}"
