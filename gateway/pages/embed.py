# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""Writes embedded.c: embed.py OUTPUT FILE… (Python is there wherever Meson is)."""
import hashlib
import os
import sys


def c_bytes(content):
    lines = [", ".join(str(b) for b in content[i:i + 24]) for i in range(0, len(content), 24)]
    return ",\n        ".join(lines)


def main(output, paths):
    arrays, rows = [], []
    for number, path in enumerate(paths):
        with open(path, "rb") as f:
            content = f.read()
        name, digest = os.path.basename(path), hashlib.sha256(content).hexdigest()
        arrays.append(f"static const unsigned char file_{number}[] = {{\n        {c_bytes(content)}\n}};\n")
        rows.append(f'        {{ "{name}", {{ (const char *)file_{number}, sizeof(file_{number}) }}, "{digest}" }},\n')
    with open(output, "w", encoding="ascii") as f:
        f.write('/* Made by embed.py. */\n#include "embedded.h"\n\n' + "\n".join(arrays))
        f.write("\nconst struct embedded_file embedded_files[] = {\n" + "".join(rows) + "};\n")
        f.write(f"const size_t embedded_file_count = {len(paths)};\n")


main(sys.argv[1], sys.argv[2:])
