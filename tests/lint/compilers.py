# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""What other programs say about the code: a second compiler, and cppcheck."""

import os
import pathlib
import shutil
import subprocess

import pytest
import tree

LINT = pathlib.Path(os.environ["BAYGATE_BUILD"]).parent / "lint"


def run(command, **environment):
    done = subprocess.run(command, cwd=tree.ROOT, env=dict(os.environ, **environment), text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        said = [line for line in done.stdout.splitlines() if not line.startswith("[") and " -I" not in line]
        pytest.fail("\n".join([f"{command[0]} is not content:"] + said[-200:]), pytrace=False)


def build(folder, compiler, buildtype):
    """Everything, warnings being errors."""
    if not (folder / "build.ninja").is_file():
        shutil.rmtree(folder, ignore_errors=True)
        run(["meson", "setup", folder, f"--buildtype={buildtype}"], CC=compiler)
    run(["ninja", "--quiet", "-k", "0", "-C", folder])


def test_clang_has_no_warning():
    build(LINT / "clang", "clang", "debug")


# cppcheck does not see through TRY(f(&output)), must() and the cleanup attribute: outputs seem unset to it, what closes at
# the end of the scope leaked, and a struct that lives as long as the locals that it points to one that outlives
# them. The compilers' own analysis and the sanitizers look after these. What it cannot parse, it leaves out.
BLIND_SPOTS = ("uninitvar", "legacyUninitvar", "uninitStructMember", "autoVariables", "resourceLeak", "memleak",
               "syntaxError", "preprocessorErrorDirective", "nullPointerOutOfMemory", "normalCheckLevelMaxBranches",
               "missingInclude", "missingIncludeSystem")
# The loops of jansson, whose header it is not shown; and a word of clang's that it does not know.
WORDS = ("json_object_foreach(o,k,v)=while((k=json_key(o))&&(v=json_object_get(o,k)))",
         "json_array_foreach(a,i,v)=while((v=json_array_get(a,i++)))", "__has_feature(x)=0")


def test_cppcheck_finds_nothing():
    kept = LINT / "cppcheck"
    kept.mkdir(parents=True, exist_ok=True)
    folders = sorted({str(path.parent) for path in tree.files(*tree.PRODUCT, suffixes=(".h",))})
    run(["cppcheck", "--quiet", "--error-exitcode=1", "--std=c11", "--enable=warning,portability", "--inline-suppr",
         "--max-configs=4", "-j2", "-D_GNU_SOURCE", f"--cppcheck-build-dir={kept}",
         *[f"--suppress={name}" for name in BLIND_SPOTS], *[f"-D{word}" for word in WORDS], *[f"-I{folder}" for folder in folders],
         *map(str, tree.files(*tree.PRODUCT, suffixes=(".c",)))])
