# SPDX-FileCopyrightText: 2026 The Baygate authors
# SPDX-License-Identifier: Apache-2.0
"""A small server inside the tests: the application behind somebody else's program, or an issuer's keys."""

import http.server
import json
import threading


def what_came(path, headers):
    return {"path": path, "headers": {name.lower(): value for name, value in headers.items()}}


class Echo:
    """Answers every GET with what `answer(path, headers)` gives, as JSON."""

    def __init__(self, answer=what_came):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                content = json.dumps(answer(self.path, self.headers)).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

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
