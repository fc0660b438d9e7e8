# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""The documents say what is there: links lead somewhere, files and functions that they name exist, and endpoints and
commands are described."""

import os
import pathlib
import re

import tree

LINK = re.compile(r"\]\(\s*<?([^)>\s]+)>?(?:\s+\"[^\"]*\")?\s*\)")
SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
FENCE = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+\s+(.*?)\s*$", re.MULTILINE)
PATH = re.compile(r"[\w.-]+(/[\w.-]+)*/?")
FILE_NAME = re.compile(r"[\w-]+\.(c|h|def|py|html|css|sh)")
FUNCTION = re.compile(r"([a-z_][a-z0-9_]*)\(\)")

# Names that stand for others: conventions, and the files of a worked example.
EXAMPLES = {"thing.c", "sources.c", "test_sources_list.py"}
# Functions of libraries that the text speaks of, and names that stand for others.
FOREIGN = re.compile(r"MHD_|json_array\(|thing_")


def documents():
    return [str(path) for path in tree.files(suffixes=(".md",))]


def prose(text):
    return FENCE.sub("", text)


def spans(text):
    return [span.strip() for span in SPAN.findall(prose(text))]


def everything():
    """All paths of the tree, folders too, with a slash at the end of neither."""
    found = {str(path) for path in tree.files()}
    return found | {str(folder) for path in found for folder in pathlib.Path(path).parents if str(folder) != "."}


def anchors(text):
    """As the usual renderers make them of headings."""
    plain = (re.sub(r"[^\w\s-]", "", heading.lower()) for heading in HEADING.findall(prose(text)))
    return {re.sub(r"\s", "-", heading.strip()) for heading in plain}


def broken_links(name, text, known):
    for link in LINK.findall(prose(text)):
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = link.partition("#")
        path = os.path.normpath(os.path.join(os.path.dirname(name), target)) if target else name
        if path not in known:
            yield f"{name}: link to {link}"
        elif anchor and anchor not in anchors(tree.text(path)):
            yield f"{name}: no heading for {link}"


def missing_files(name, text, known):
    """Code spans that look like a path from the root, or like a source file, and are none."""
    roots = {path.split("/")[0] for path in known if "/" in path}
    names = {path.rsplit("/", 1)[-1] for path in known}
    for span in spans(text):
        if "/" in span and PATH.fullmatch(span) and span.split("/")[0] in roots:
            placeholder = re.search(r"\b[A-Z]{2,}\b|_[A-Z]{2,}", span.replace("README", "").replace("CONTRIBUTING", ""))
            if span.rstrip("/") not in known and not placeholder:
                yield f"{name}: {span}"
        elif FILE_NAME.fullmatch(span) and span not in names and span not in EXAMPLES and not re.search("[A-Z]", span):
            yield f"{name}: {span}"


def missing_functions(name, text, sources):
    for span in spans(text):
        found = FUNCTION.fullmatch(span)
        if found and not FOREIGN.match(span) and not re.search(rf"\b{found.group(1)}\(", sources):
            yield f"{name}: {span}"


def test_links_lead_somewhere():
    known = everything()
    found = [line for name in documents() for line in broken_links(name, tree.text(name), known)]
    assert not found, "\n" + "\n".join(found)


def test_named_files_exist():
    known = everything()
    found = [line for name in documents() for line in missing_files(name, tree.text(name), known)]
    assert not found, "\n" + "\n".join(found)


def test_named_functions_exist():
    sources = "".join(tree.text(path) for path in tree.files(*tree.PRODUCT, suffixes=(".c", ".h")))
    found = [line for name in documents() for line in missing_functions(name, tree.text(name), sources)]
    assert not found, "\n" + "\n".join(found)


def test_recipes_are_shown_as_they_are():
    """What tests/interop runs stands on a page word for word, but for the licence's lines."""
    pages = "".join(tree.text(path) for path in tree.files("docs/services", suffixes=(".md",)))
    for path in tree.files("docs/services"):
        if path.suffix != ".md":
            lines = [line for line in tree.text(path).splitlines() if "SPDX-" not in line]
            assert "\n".join(lines).strip() in pages, f"no page of docs/services shows {path} as it is"


def test_every_endpoint_is_described():
    paths = re.findall(r'\.path = "([^"]+)"', tree.text("gateway/routes.c"))
    described = spans(tree.text("docs/map.md")) + spans(tree.text("docs/operations.md"))
    assert len(paths) > 5, "the table of endpoints is not written as this test reads it"
    missing = [path for path in paths if path not in described]
    assert not missing, f"in neither docs/map.md nor docs/operations.md: {missing}"


def test_every_command_is_described():
    names = re.findall(r'^\s*\{ "(\w+)", command_\w+,', tree.text("gateway/main.c"), re.MULTILINE)
    described = "".join(tree.text(name) for name in documents() if name == "README.md" or name.startswith("docs/"))
    assert "serve" in names, "the table of commands is not written as this test reads it"
    missing = [name for name in names if not re.search(rf"`baygate {name}\b", described)]
    assert not missing, f"in no document: {missing}"


def test_the_checks_notice_mistakes():
    known = {"README.md", "docs", "docs/map.md", "gateway", "gateway/main.c"}
    assert list(broken_links("README.md", "[a](docs/mep.md)", known))
    assert list(broken_links("docs/map.md", "[a](README.md)", known))
    assert list(broken_links("README.md", "[a](../README.md)", known))
    assert not list(broken_links("docs/map.md", "[a](../README.md) [b](https://a.example/)", known))
    assert list(broken_links("README.md", "[a](docs/map.md#no-such-heading)", known))
    assert list(missing_files("README.md", "see `gateway/mian.c`", known))
    assert list(missing_files("README.md", "see `mian.c`", known))
    assert not list(missing_files("README.md", "`gateway/main.c` `gateway/` `gateway/test_FILE.c` `build/x` `/main`", known))
    assert list(missing_functions("README.md", "`begin()`", "int start(void)"))
    assert not list(missing_functions("README.md", "`start()`", "int start(void)"))
