# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""Programs under test: started, awaited without fixed pauses, stopped, their output kept."""

import os
import pathlib
import signal
import socket
import subprocess
import time

DEADLINE = 30


def wait_until(condition, what, seconds=DEADLINE):
    """Polls until the condition holds; its value."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not so after {seconds} seconds: {what}")
        time.sleep(0.02)


def free_ports(count):
    """Ports that nothing listens on, all different."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


class Program:
    """One process; its output goes to the end of a file, which starts anew with no restart."""

    def __init__(self, name, command, logs, **environment):
        self.name, self.command = name, [str(word) for word in command]
        self.log = pathlib.Path(logs) / f"{name}.log"
        self.environment = dict(os.environ, **environment)
        self.process = None

    def start(self):
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env=self.environment)

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def check(self):
        """True while it runs; when it has ended by itself, what it said."""
        if self.process.poll() is not None:
            raise AssertionError(f"{self.name} ended with {self.process.returncode}:\n{self.said()[-3000:]}")
        return True

    def said(self):
        return self.log.read_text(errors="backslashreplace") if self.log.exists() else ""

    def ask_to_stop(self):
        self.process.send_signal(signal.SIGTERM)

    def wait(self):
        """Its exit status."""
        return self.process.wait(DEADLINE)

    def stop(self):
        """Asks it to stop; its exit status. Nothing when it does not run."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.ask_to_stop()
        try:
            return self.wait()
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"{self.name} did not stop:\n{self.said()[-3000:]}") from None
        finally:
            self.process = None
