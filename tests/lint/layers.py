# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""Who may include whom. Meson's include directories enforce the same for the folders; this also holds single headers
and foreign libraries to their place."""

import re

import tree

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)

# Folder -> what it may include besides its own headers: a folder, or one header of a folder.
# The folder of a file is the longest one that its path begins with.
MAY_USE = {
    "gateway/base": [],
    "crypto": ["gateway/base"],
    "config": ["gateway/base", "crypto"],
    "gateway/io": ["gateway/base", "config"],
    "gateway/protocol": ["gateway/base", "crypto", "config"],
    "gateway/records": ["gateway/base", "crypto", "gateway/io/store.h", "gateway/io/task.h"],
    "adapters": ["gateway/base", "crypto", "config", "gateway/protocol", "gateway/io/fetch.h", "gateway/io/task.h"],
    "adapters/sandbox": ["gateway/base", "crypto", "config", "gateway/io"],
    "adapters/guard": ["gateway/base", "crypto", "config", "gateway/protocol", "gateway/io"],
    "gateway/audit": ["gateway/base", "crypto", "config", "gateway/io/task.h"],
    "gateway/identity": ["gateway/base", "crypto", "config", "gateway/io", "gateway/protocol", "gateway/records",
                         "gateway/audit", "adapters/adapter.h"],
}
ABOVE = MAY_USE["gateway/identity"] + ["gateway/identity"]
MAY_USE["gateway/pages"] = ABOVE
MAY_USE["gateway/grants"] = ABOVE + ["gateway/pages"]
MAY_USE["gateway/endpoints"] = ABOVE + ["gateway/pages", "gateway/grants", "gateway/routes.h"]
MAY_USE["gateway/commands"] = MAY_USE["gateway"] = MAY_USE["gateway/endpoints"] + [
    "gateway/endpoints", "gateway/commands", "gateway", "adapters"]

# Foreign header (beginning of its name) -> beginnings of the paths that may include it.
ONLY_IN = {
    "openssl/": ["crypto/"],
    "microhttpd.h": ["gateway/io/server"],
    "curl/": ["gateway/io/fetch", "adapters/sandbox/"],
    "hiredis/": ["gateway/io/store"],
    "ev.h": ["gateway/io/"],
    "systemd/": ["gateway/io/"],
    "ucontext.h": ["gateway/io/"],
    "yaml.h": ["config/"],
    "jansson.h": ["gateway/base/"],
    "qrencode.h": ["gateway/pages/", "adapters/sandbox/"],
    "oauth2/": ["adapters/guard/second_opinion"],
    "cjose/": ["adapters/guard/second_opinion"],
}


def folder_of(path):
    """The row of the table that a path belongs to."""
    rows = [row for row in MAY_USE if path.startswith(row + "/")]
    return max(rows, key=len) if rows else None


def sources():
    return [str(path) for path in tree.files(*tree.PRODUCT, suffixes=(".c", ".h", ".def"))]


def headers():
    """Name -> the paths of that name: several only where nobody sees more than one of them."""
    found = {}
    for path in sources():
        name = path.rsplit("/", 1)[1]
        if not name.endswith(".c"):
            found.setdefault(name, []).append(path)
    return found


def same_source(path, header):
    """An identity source may be several files, iamsmart.c and iamsmart_frame.h; source_….h is what all of them use, and
    the registry knows all of them."""
    first = lambda name: re.split(r"[_.]", name.rsplit("/", 1)[1])[0]
    return first(path) == "registry" or first(header) in (first(path), "adapter", "oidc", "registry", "source")


def wrong_includes(path, content, known):
    """What a file includes and may not, as sentences."""
    row = folder_of(path)
    if row is None:
        return [f"{path}: its folder is not in the table of layers"]
    wrong = []
    for kind, name in INCLUDE.findall(content):
        if kind == "<":
            places = next((places for start, places in ONLY_IN.items() if name.startswith(start)), None)
            if places and not path.startswith(tuple(places)):
                wrong.append(f"{path}: <{name}> belongs to {' and '.join(places)}")
        elif "/" in name:
            wrong.append(f'{path}: "{name}": includes are flat')
        elif name in known and not any(may_include(row, path, header) for header in known[name]):
            wrong.append(f'{path}: "{name}" of {folder_of(known[name][0])} is not for {row}')
    return wrong


def may_include(row, path, header):
    owner = folder_of(header)
    if owner == row:
        return row != "adapters" or same_source(path, header)
    return any(allowed in (owner, header) for allowed in MAY_USE[row])


def test_every_file_keeps_to_its_layer():
    known = headers()
    wrong = [line for path in sources() for line in wrong_includes(path, tree.text(path), known)]
    assert not wrong, "\n" + "\n".join(wrong)


def test_header_names_are_unique():
    """Includes are flat: what a folder may see must not hold a name twice."""
    twice = []
    for row, others in MAY_USE.items():
        for name, paths in headers().items():
            seen = [path for path in paths if folder_of(path) in (row, *others) or path in others]
            twice += [f"{row} sees {' and '.join(seen)}"] if len(seen) > 1 else []
    assert not twice, twice


def test_the_check_notices_violations():
    known = {name: [path] for name, path in {
        "store.h": "gateway/io/store.h", "fetch.h": "gateway/io/fetch.h", "iamsmart.h": "adapters/iamsmart.h",
        "guangdong_wire.h": "adapters/guangdong_wire.h", "adapter.h": "adapters/adapter.h"}.items()}
    assert wrong_includes("gateway/protocol/pkce.c", '#include "store.h"', known)
    assert wrong_includes("gateway/protocol/pkce.c", "#include <openssl/evp.h>", known)
    assert wrong_includes("gateway/protocol/pkce.c", '  #  include "../io/store.h"', known)
    assert wrong_includes("gateway/identity/login.c", '#include "iamsmart.h"', known)
    assert wrong_includes("adapters/iamsmart.c", '#include "store.h"', known)
    assert wrong_includes("adapters/iamsmart.c", '#include "guangdong_wire.h"', known)
    assert wrong_includes("adapters/sandbox/phone.c", '#include "iamsmart.h"', known)
    assert wrong_includes("new/x.c", "", known)
    assert not wrong_includes("adapters/iamsmart.c", '#include "fetch.h"\n#include "adapter.h"', known)
    assert not wrong_includes("gateway/identity/login.c", '#include "adapter.h"', known)
