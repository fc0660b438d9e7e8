# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""A redis-server for tests, on a unix socket, and the few commands that tests send to it (RESP2)."""

import pathlib
import socket

from program import Program, wait_until


class RedisError(Exception):
    pass


class Redis:
    def __init__(self, folder, logs):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True)
        self.socket = self.folder / "redis.sock"
        self.program = Program("redis", ["redis-server", "--port", "0", "--unixsocket", self.socket, "--dir",
                                         self.folder, "--appendonly", "yes", "--save", ""], logs)

    def start(self):
        self.program.start()
        wait_until(lambda: self.program.check() and self.answers(), "redis-server answers")

    def stop(self):
        self.program.stop()

    def answers(self):
        try:
            return self.command("PING") == b"PONG"
        except (OSError, RedisError):
            return False

    def command(self, *words):
        return self.commands([words])[0]

    def commands(self, many):
        """Sends all in one go; their replies."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(10)
            connection.connect(str(self.socket))
            connection.sendall(b"".join(self.encode(words) for words in many))
            with connection.makefile("rb") as reader:
                return [self.reply(reader) for _ in many]

    @staticmethod
    def encode(words):
        words = [word if isinstance(word, bytes) else str(word).encode() for word in words]
        return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words)

    def reply(self, reader):
        line = reader.readline().rstrip(b"\r\n")
        kind, rest = line[:1], line[1:]
        if kind == b"-":
            raise RedisError(rest.decode())
        if kind == b"+":
            return rest
        if kind == b":":
            return int(rest)
        if kind == b"$":
            return None if rest == b"-1" else reader.read(int(rest) + 2)[:-2]
        if kind == b"*":
            return [self.reply(reader) for _ in range(int(rest))]
        raise RedisError("the connection ended")

    def content(self):
        """Every key, its value (of a hash: names and values in turn) and its time to live in seconds: -1 for good. Without
        those that end while they are looked at."""
        keys = self.command("KEYS", "*")
        kinds = self.commands([("TYPE", key) for key in keys])
        read = {b"string": "GET", b"hash": "HGETALL"}
        replies = iter(self.commands([words for key, kind in zip(keys, kinds)
                                      for words in ((read.get(kind, "GET"), key), ("TTL", key))]))
        values = {key: (next(replies), next(replies)) for key in keys}
        return {key: (b" ".join(value) if isinstance(value, list) else value, life)
                for key, (value, life) in values.items() if value and life != -2}

    def forget(self, *patterns):
        """Deletes the keys that match."""
        keys = [key for pattern in patterns for key in self.command("KEYS", pattern)]
        if keys:
            self.command("DEL", *keys)
