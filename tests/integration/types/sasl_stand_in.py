"""A mail server or a Kafka broker on loopback: says its port, then "in" for each login by SASL PLAIN (RFC 4616).

  sasl_stand_in.py smtp|kafka CHECKS

CHECKS is a file of JSON: {"login": …, "password": …}.
"""

import base64
import json
import socketserver
import struct
import sys


def say(*words):
    print(*words, flush=True)


def is_right(message, checks):
    right = message.decode() == f"\0{checks['login']}\0{checks['password']}"
    if right:
        say("in")
    return right


def converse_by_mail(stream, checks, _):
    """RFC 5321, with AUTH of RFC 4954."""
    def send(line):
        stream.write(line + b"\r\n")
        stream.flush()
    send(b"220 mail ESMTP")
    while line := stream.readline().strip():
        word = line.split()[0].upper()
        if word == b"EHLO":
            send(b"250-mail")
            send(b"250 AUTH PLAIN")
        elif word == b"AUTH":
            send(b"235 yes" if is_right(base64.b64decode(line.split()[2]), checks) else b"535 no")
        elif word == b"DATA":
            send(b"354 go on")
            while stream.readline().strip() != b".":
                pass
            send(b"250 taken")
        elif word == b"QUIT":
            send(b"221 bye")
            return
        else:
            send(b"250 yes")


def kafka_string(text):
    return struct.pack(">h", len(text)) + text.encode()


def kafka_answer(api, body, checks, port):
    """The body of the answer (kafka.apache.org, "Kafka protocol guide", The Messages)."""
    if api == 18:  # ApiVersions 3
        apis = [(3, 0, 1), (17, 0, 1), (18, 0, 3), (36, 0, 0)]
        return b"\0\0" + bytes([len(apis) + 1]) + b"".join(struct.pack(">hhhB", *row, 0) for row in apis) + bytes(5)
    if api == 17:  # SaslHandshake 1
        return struct.pack(">hi", 0, 1) + kafka_string("PLAIN")
    if api == 36:  # SaslAuthenticate 0
        right = is_right(body[4:], checks)
        return struct.pack(">h", 0 if right else 58) + kafka_string("" if right else "no") + bytes(4)
    # Metadata 1: ourselves, and no topic
    return struct.pack(">ii", 1, 7) + kafka_string("127.0.0.1") + struct.pack(">ihii", port, -1, 7, 0)


def converse_by_kafka(stream, checks, port):
    while size := stream.read(4):
        request = stream.read(struct.unpack(">i", size)[0])
        api, _, correlation, client = struct.unpack(">hhih", request[:10])
        answer = kafka_answer(api, request[10 + max(client, 0):], checks, port)
        stream.write(struct.pack(">ii", 4 + len(answer), correlation) + answer)
        stream.flush()


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        stream = self.request.makefile("rwb")
        converse[kind](stream, wanted, self.server.server_address[1])


converse = {"smtp": converse_by_mail, "kafka": converse_by_kafka}
kind, source = sys.argv[1:]
with open(source, encoding="utf-8") as file:
    wanted = json.load(file)
server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
say(server.server_address[1])
server.serve_forever()
