# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""Functions and files stay small: a reader takes in one screen at a time."""

import json
import re
import statistics
import subprocess

import tree

LONGEST, MEDIAN, NINE_OF_TEN, PARAMETERS, FILE = 100, 15, 45, 5, 700

# Functions whose parameters a library prescribes, and which type of the library does.
PRESCRIBED = {"gateway/io/server.c on_access": "MHD_AccessHandlerCallback",
              "adapters/guard/second_opinion.c drop": "oauth2_log_function_t"}


def functions(paths):
    """(lines, path:line name, number of parameters) of each function, as universal-ctags sees them."""
    done = subprocess.run(
        ["ctags", "--options=NONE", "--output-format=json", "--languages=C", "--langmap=C:+.h", "--kinds-C=f",
         "--fields=+neS", "-L", "-", "-f", "-"],
        input="\n".join(map(str, paths)), capture_output=True, text=True, cwd=tree.ROOT, check=True)
    for line in done.stdout.splitlines():
        tag = json.loads(line)
        if "end" in tag:
            yield (tag["end"] - tag["line"] + 1, f"{tag['path']}:{tag['line']} {tag['name']}",
                   parameters(tag.get("signature", "()")))


def parameters(signature):
    """How many parameters a signature names: commas outside inner parentheses, plus one."""
    inner = signature.strip()[1:-1].strip()
    if inner in ("", "void"):
        return 0
    depth, count = 0, 1
    for letter in inner:
        depth += (letter == "(") - (letter == ")")
        count += letter == "," and depth == 0
    return count


def product():
    found = sorted(functions(tree.files(*tree.PRODUCT, suffixes=(".c", ".h"))), reverse=True)
    assert found, "ctags found no function at all"
    return found


def test_no_function_is_long():
    everything = list(functions(tree.files(suffixes=(".c", ".h"))))
    long = [row for row in everything if row[0] > LONGEST]
    assert not long, f"functions over {LONGEST} lines: {long}"


def test_most_functions_are_short():
    found = product()
    lines = sorted(row[0] for row in found)
    median, tenth = statistics.median(lines), lines[int(0.9 * (len(lines) - 1))]
    print(f"{len(lines)} functions, median {median} lines, nine of ten at most {tenth}; the longest:")
    for count, where, _ in found[:10]:
        print(f"{count:5} {where}")
    assert median <= MEDIAN, f"median {median} lines, allowed {MEDIAN}"
    assert tenth <= NINE_OF_TEN, f"one of ten functions has over {tenth} lines, allowed {NINE_OF_TEN}"


def test_no_function_has_many_parameters():
    many = [where for _, where, count in product() if count > PARAMETERS
            and re.sub(r":\d+", "", where) not in PRESCRIBED]
    assert not many, f"more than {PARAMETERS} parameters, use a struct: {many}"


def test_no_file_is_long():
    lengths = {str(path): tree.text(path).count("\n") for path in tree.files(suffixes=(".c", ".h", ".py"))}
    long = {path: lines for path, lines in lengths.items() if lines > FILE}
    assert not long, f"files over {FILE} lines: {long}"


def test_parameters_are_counted():
    assert parameters("(void)") == 0
    assert parameters("(int a,void (* done)(int,int),char * c)") == 3
