"""An HTTP server on loopback that plays an API and an S3: says its port, then one line for each request, and takes whatever is sent."""

import http.server
import json


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        authorization = self.headers.get("Authorization", "")
        print(self.command, self.path, authorization, body.decode(), flush=True)
        reply = json.dumps({"movies": ["Alien"], "you_sent": authorization}).encode() if self.command == "GET" else b""
        self.send_response(200)
        self.send_header("ETag", '"0"')
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    do_GET = do_PUT = answer

    def log_message(self, *_):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
