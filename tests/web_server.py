"""A web server on loopback that serves pages, and fails on demand."""

import contextlib
import gzip
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class WebServer:
    """Serves `pages`: (status, headers, body) by path, or a function that acts.

    `asked` holds the path and the headers of each request, in order.
    """

    def __init__(self):
        self.pages = {}
        self.asked = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                server.asked.append((self.path, dict(self.headers)))
                page = server.pages.get(self.path, (404, {}, b"gone"))
                if callable(page):
                    with contextlib.suppress(ConnectionError):  # nobody waits any more
                        page(self)
                    return
                status, headers, body = page
                if "ETag" in headers and headers["ETag"] == self.headers.get(
                    "If-None-Match"
                ):
                    status, body = 304, b""
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.stop()

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_port}"

    def html(self, path, body, **headers):
        """Serve a page; return its link."""
        page = f"<html><head><title>Bees</title></head><body>{body}</body></html>"
        kind = {"Content-Type": "text/html; charset=utf-8"}
        self.pages[path] = (200, kind | headers, page.encode())
        return self.url + path

    def file(self, path, data, content_type, **headers):
        self.pages[path] = (200, {"Content-Type": content_type} | headers, data)
        return self.url + path

    def packed(self, path, data, content_type="text/plain"):
        return self.file(
            path, gzip.compress(data), content_type, **{"Content-Encoding": "gzip"}
        )

    def redirect(self, path, location, status=302):
        self.pages[path] = (status, {"Location": location}, b"")
        return self.url + path

    def stop(self):
        """Stop listening; a second call does nothing."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
