"""An HTTP proxy on loopback that does nothing but CONNECT: says its port, then "USER HOST:PORT" for each request that it takes.

  connect_proxy.py USER:PASSWORD [CERTIFICATE KEY]

Whatever the host is called, it is this machine. Others than USER are answered 407, and said: "nobody HOST:PORT". With a
certificate it is an https proxy.
"""

import base64
import select
import socket
import socketserver
import ssl
import sys


def carry(client, server):
    other = {client: server, server: client}
    while True:
        # TLS may have decrypted more than was read.
        ready = [side for side in other if isinstance(side, ssl.SSLSocket) and side.pending()]
        for side in ready or select.select(list(other), [], [])[0]:
            data = side.recv(65536)
            if not data:
                return
            other[side].sendall(data)


def read_head(client):
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = client.recv(1)
        if not byte:
            return []
        head += byte
    return head.decode().split("\r\n")


class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        try:
            client = self.request
            if self.server.context:
                client = self.server.context.wrap_socket(client, server_side=True)
            self.serve(client)
        except OSError:
            pass  # the client has gone

    def serve(self, client):
        while lines := read_head(client):
            target = lines[0].split()[1]
            login = "Proxy-Authorization: Basic " + base64.b64encode(self.server.login.encode()).decode()
            if login in lines:
                print(self.server.login.split(":")[0], target, flush=True)
                with socket.create_connection(("127.0.0.1", int(target.rpartition(":")[2]))) as server:
                    client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                    carry(client, server)
                return
            print("nobody", target, flush=True)
            client.sendall(b'HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n')


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    login = sys.argv[1]
    context = None


server = Server(("127.0.0.1", 0), Handler)
if sys.argv[2:]:
    server.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.context.load_cert_chain(*sys.argv[2:4])
print(server.server_address[1], flush=True)
server.serve_forever()
