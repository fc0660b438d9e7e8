#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""./dev bench: the gateway, and its engine alone, beside their floor in one run.

A figure is CPU time (user + system of the process) per request, never bare time: machines are shared and noisy. The
floor (floor.c) is the least that could do the same work on the same libraries; engine.c is the gateway's engine with
trivial handlers. All programs run at the same time. In each round wrk loads, row by row, the floor and the program one
right after the other, in turns; the ratio of such a pair is what counts, and of all pairs the median. Where the middle
half of the pairs lies on both sides of the target, the verdict is "undecided". wrk's own output goes to
build/bench/raw."""
import argparse
import json
import os
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
TICKS = os.sysconf('SC_CLK_TCK')

AUTHORIZE = ('/authorize?response_type=code&client_id=portal&redirect_uri=http%3A%2F%2Flocalhost%3A8090%2Fcallback'
             '&scope=openid%20profile&state=af0ifjsldkj&nonce=n-0S6_WzA2Mj'
             '&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256')
# name, program, its path, path at the floor, most that the ratio should be (None: only shown), status that is expected
ROWS = [
    ('discovery', 'gateway', '/.well-known/openid-configuration', '/hello', 1.3, 200),
    ('authorize', 'gateway', AUTHORIZE, '/get', 2.0, 302),
    ('engine-hello', 'engine', '/hello', '/hello', None, 200),
    ('engine-get', 'engine', '/get', '/get', None, 200),
]


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def status_of(url):
    class NoRedirect(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_):
            return None
    try:
        return urllib.request.build_opener(NoRedirect).open(url, timeout=5).status
    except urllib.error.HTTPError as e:
        return e.code


def cpu_seconds(pid):
    fields = pathlib.Path(f'/proc/{pid}/stat').read_text().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_mb(pid):
    return int(re.search(r'VmRSS:\s+(\d+)', pathlib.Path(f'/proc/{pid}/status').read_text()).group(1)) / 1024


class World:
    """Redis, the floor, the engine and the gateway, in a folder that goes when they end."""

    def __init__(self, build):
        self.build = build
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='baygate-bench-'))
        self.started = []
        self.programs = {}  # name: (process, port)
        try:
            self.start()
        except BaseException:
            self.stop()
            raise

    def run(self, name, *command):
        log = open(self.folder / f'{name}.log', 'w')  # a file, as it would be in service
        process = subprocess.Popen([str(c) for c in command], stdout=log, stderr=log)
        self.started.append(process)
        return process

    def wait_until(self, check, name, seconds=20):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                return check()
            except OSError:
                time.sleep(0.002)
        log = (self.folder / f'{name}.log').read_text()
        raise SystemExit(f'bench: {name} did not come up:\n{log[-2000:]}')

    def serve(self, name, port, *command):
        process = self.run(name, *command)
        self.wait_until(lambda: socket.create_connection(('127.0.0.1', port)).close(), name)
        self.programs[name] = process, port

    def start(self):
        redis = self.folder / 'redis.sock'
        self.run('redis', 'redis-server', '--port', 0, '--unixsocket', redis, '--save', '', '--appendonly', 'yes',
                 '--dir', self.folder)
        self.wait_until(lambda: socket.socket(socket.AF_UNIX).connect(str(redis)), 'redis')
        for name in ('floor', 'engine'):
            port = free_port()
            self.serve(name, port, self.build / 'tests/bench' / name, port, redis)
        self.start_gateway(redis)

    def start_gateway(self, redis):
        port, admin = free_port(), free_port()
        command = (self.build / 'gateway/baygate', 'serve', '--settings', self.settings(redis, port, admin),
                   '--state-dir', self.folder / 'state')
        self.serve('gateway', port, *command)  # the first start makes the signing keys, which is not start-up time
        self.started[-1].terminate()
        self.started[-1].wait()
        begun = time.monotonic()
        self.serve('gateway', port, *command)
        self.start_ms = (time.monotonic() - begun) * 1000

    def settings(self, redis, port, admin):
        """The demo's settings with other ports and this Redis."""
        demo = (ROOT / 'config/demo/baygate.yaml').read_text()
        subprocess.run([self.build / 'adapters/sandbox/baygate-sandbox', 'keys', '--out', self.folder / 'config'],
                       check=True, stdout=subprocess.DEVNULL)
        demo = re.sub(r'\b8080\b', str(port), demo)
        demo = re.sub(r'\b8081\b', str(admin), demo)
        path = self.folder / 'config/baygate.yaml'
        path.write_text(demo + f'\nredis: {{url: "unix://{redis}"}}\nlimits: {{workers: 1}}\n')
        (self.folder / 'config/catalogue.yaml').write_bytes((ROOT / 'config/demo/catalogue.yaml').read_bytes())
        (self.folder / 'assurance.yaml').write_bytes((ROOT / 'config/assurance.yaml').read_bytes())
        shutil.copytree(ROOT / 'config/policies', self.folder / 'policies')
        return path

    def stop(self):
        for process in reversed(self.started):
            process.terminate()
            process.wait()
        subprocess.run(['rm', '-rf', self.folder], check=True)

    def load(self, name, path, seconds, raw):
        """CPU microseconds of the program per request, and requests per second."""
        process, port = self.programs[name]
        before = cpu_seconds(process.pid)
        out = subprocess.run(['wrk', '-t1', '-c64', f'-d{seconds}s', '--latency', f'http://127.0.0.1:{port}{path}'],
                             capture_output=True, text=True, check=True).stdout
        used = cpu_seconds(process.pid) - before
        with open(raw, 'a') as f:
            f.write(out)
        if 'Non-2xx or 3xx responses' in out or 'Socket errors' in out:
            raise SystemExit(f'bench: {name} failed:\n{out}')
        requests = int(re.search(r'(\d+) requests in', out).group(1))
        return used / requests * 1e6, float(re.search(r'Requests/sec:\s+([\d.]+)', out).group(1))


def check_answers(world, rows):
    for name, program, path, _, _, status in rows:
        got = status_of(f'http://127.0.0.1:{world.programs[program][1]}{path}')
        if got != status:
            raise SystemExit(f'bench: {name} answered {got}, not {status}')


def measure(world, rows, options, raw):
    """Of each row, the pairs of (floor, program), one per round."""
    pairs = {row[0]: [] for row in rows}
    for number in range(options.rounds):
        for name, program, path, floor_path, _, _ in rows:
            sides = [('floor', floor_path), (program, path)]
            got = {}
            for side, at in sides if number % 2 == 0 else reversed(sides):
                got[side] = world.load(side, at, options.seconds, raw / f'{name}-{side}.txt')
            pairs[name].append((got['floor'], got[program]))
    return pairs


def verdict(ratios, target):
    if target is None:
        return ''
    low, _, high = statistics.quantiles(ratios, n=4) if len(ratios) > 1 else ratios * 3
    return 'reached' if high <= target else 'MISSED' if low > target else 'undecided'


def summary(row, pairs):
    ratios = [program[0] / floor[0] for floor, program in pairs]
    return {'row': row[0], 'cpu_us': statistics.median(program[0] for _, program in pairs),
            'floor_us': statistics.median(floor[0] for floor, _ in pairs), 'ratio': statistics.median(ratios),
            'ratio_low': min(ratios), 'ratio_high': max(ratios), 'target': row[4], 'verdict': verdict(ratios, row[4]),
            'per_second': statistics.median(program[1] for _, program in pairs)}


def show(r):
    target = f'at most {r["target"]:.1f}: {r["verdict"]}' if r['target'] else ''
    print(f'{r["row"]:13} {r["cpu_us"]:6.1f} µs  floor {r["floor_us"]:6.1f} µs  ratio {r["ratio"]:5.2f} '
          f'({r["ratio_low"]:.2f} to {r["ratio_high"]:.2f})  {r["per_second"]:7.0f}/s  {target}'.rstrip(), flush=True)


def empty_folder(folder):
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    return folder


def main():
    parser = argparse.ArgumentParser(prog='./dev bench', description='CPU per request of the gateway beside its floor.')
    parser.add_argument('rows', nargs='*', help='which rows (default: all): ' + ', '.join(r[0] for r in ROWS))
    parser.add_argument('--rounds', type=int, default=9, help='pairs of measurements of each row (default 9)')
    parser.add_argument('--seconds', type=int, default=1, help='seconds of load in each measurement (default 1)')
    parser.add_argument('--json', action='store_true', help='print one JSON document at the end')
    options = parser.parse_args()
    unknown = set(options.rows) - {r[0] for r in ROWS}
    if unknown:
        parser.error('no such row: ' + ', '.join(sorted(unknown)))
    rows = [r for r in ROWS if not options.rows or r[0] in options.rows]
    build = pathlib.Path(os.environ.get('BAYGATE_BUILD', ROOT / 'build/bench'))
    raw = empty_folder(build / 'raw')
    world = World(build)
    try:
        idle = resident_mb(world.programs['gateway'][0].pid)
        print(f'start-up      {world.start_ms:6.1f} ms  at most 100: {"reached" if world.start_ms <= 100 else "MISSED"}')
        print(f'idle          {idle:6.1f} MB  at most 20: {"reached" if idle <= 20 else "MISSED"}', flush=True)
        check_answers(world, rows)
        pairs = measure(world, rows, options, raw)
    finally:
        world.stop()
    results = [summary(row, pairs[row[0]]) for row in rows]
    for result in results:
        show(result)
    if options.json:
        print(json.dumps({'start_up_ms': world.start_ms, 'idle_mb': idle, 'rows': results}, indent=2))
    print(f'raw output: {raw}')


if __name__ == '__main__':
    sys.exit(main())
