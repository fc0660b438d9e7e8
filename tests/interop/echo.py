# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""A small server inside the tests: the application behind somebody else's program, or an issuer's keys."""

import http.server
import json
import threading


def what_came(path, headers, method="GET", body=b""):
    return {"path": path, "method": method, "body": body.decode(),
            "headers": {name.lower(): value for name, value in headers.items()}}


class Echo:
    """Answers every request with what `answer(path, headers, method, body)` gives, as JSON."""

    def __init__(self, answer=what_came):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                content = json.dumps(answer(self.path, self.headers, self.command, body)).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_POST = do_OPTIONS = do_GET

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
