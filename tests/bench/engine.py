#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""The engine beside its floor, in one run: CPU microseconds (user + system of the process) per request.

Usage: engine.py BUILD-DIRECTORY [ROUNDS] [SECONDS]
Both programs run at the same time on ports of their own; wrk loads one after the other, round after round, and the
median round counts. The engine's log goes to a file, as it would in service."""
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time

TICKS = os.sysconf('SC_CLK_TCK')


def cpu_seconds(pid):
    fields = open(f'/proc/{pid}/stat').read().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def wait_for(connect):
    for _ in range(500):
        try:
            return connect()
        except OSError:
            time.sleep(0.01)
    raise SystemExit('a program did not come up')


def measure(pid, url, seconds):
    before = cpu_seconds(pid)
    text = subprocess.run(['wrk', '-t1', '-c64', f'-d{seconds}s', url], capture_output=True, text=True, check=True).stdout
    used = cpu_seconds(pid) - before
    requests = int(re.search(r'(\d+) requests in', text).group(1))
    bad = re.search(r'Non-2xx or 3xx responses: (\d+)', text)
    if bad:
        raise SystemExit(f'{url}: {bad.group(0)}')
    return used / requests * 1e6, float(re.search(r'Requests/sec:\s+([\d.]+)', text).group(1))


def main():
    build, rounds, seconds = sys.argv[1], int((sys.argv + ['', '', '5'])[2] or 5), int((sys.argv + [''] * 3)[3] or 3)
    directory = tempfile.mkdtemp(prefix='baygate-bench-')
    path = f'{directory}/redis.sock'
    started = [subprocess.Popen(['redis-server', '--port', '0', '--unixsocket', path, '--save', '', '--dir', directory],
                                stdout=subprocess.DEVNULL)]
    try:
        wait_for(lambda: socket.socket(socket.AF_UNIX).connect(path))
        ports = {}
        for name in ('floor', 'engine'):
            ports[name] = free_port()
            log = open(f'{directory}/{name}.log', 'w')
            started.append(subprocess.Popen([f'{build}/tests/bench/{name}', str(ports[name]), path], stderr=log))
            wait_for(lambda: socket.create_connection(('127.0.0.1', ports[name])).close())
        pids = dict(zip(('floor', 'engine'), (p.pid for p in started[1:])))
        print('row      floor µs  engine µs  ratio   floor/s  engine/s')
        for row in ('hello', 'get'):
            figures = {'floor': [], 'engine': []}
            for _ in range(rounds):
                for name in figures:
                    figures[name].append(measure(pids[name], f'http://127.0.0.1:{ports[name]}/{row}', seconds))
            cpu = {name: statistics.median(f[0] for f in figures[name]) for name in figures}
            rate = {name: statistics.median(f[1] for f in figures[name]) for name in figures}
            print(f'{row:8} {cpu["floor"]:8.2f}  {cpu["engine"]:9.2f}  {cpu["engine"] / cpu["floor"]:5.2f}  '
                  f'{rate["floor"]:8.0f}  {rate["engine"]:8.0f}', flush=True)
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait()
        for name in os.listdir(directory):
            os.unlink(f'{directory}/{name}')
        os.rmdir(directory)


main()
