"""An HTTP server on loopback that takes one login: says its port, then "in METHOD PATH" for each request that came in with it.

  http_stand_in.py CHECKS [CERTIFICATE KEY]

CHECKS is a file of JSON: {"header": …}, the whole Authorization header; or {"key_id": …, "secret_key": …}, of which AWS's
Signature Version 4 is to be made. With {"app_key": FILE, "token": …} whoever signs as the GitHub App 7, whose public key is
in FILE, gets the token for installation 9. With {"webhook": PATH} the path is the login, and the line holds the body too. What
is behind the login: a Python index and repository, an npm registry, a Maven repository, Kubernetes' and GitHub's API, STS,
Lambda with one function, and S3 with one bucket.
"""

import base64
import hashlib
import hmac
import http.server
import json
import re
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.parse

WHEEL = "thing-1.2.3-py3-none-any.whl"
POM = ('<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>acme</groupId>'
       "<artifactId>parent</artifactId><version>1</version><packaging>pom</packaging></project>")
IDENTITY = ('<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
            "<Arn>arn:aws:iam::123456789012:user/me</Arn><UserId>AIDA</UserId><Account>123456789012</Account>"
            "</GetCallerIdentityResult></GetCallerIdentityResponse>")
LISTING = ('<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>bucket</Name><Contents>'
           "<Key>report.txt</Key><Size>1</Size><LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents></ListBucketResult>")


def say(*words):
    print(*words, flush=True)


def digest(data):
    return hashlib.sha256(data).hexdigest()


def aws_signature(checks, request, body):
    """The header that the request should bear, by what it says itself (AWS, "Create a signed AWS API request")."""
    said = re.fullmatch(r"AWS4-HMAC-SHA256 Credential=[^/]+/(.+), *SignedHeaders=(.+), *Signature=[0-9a-f]+",
                        request.headers.get("Authorization", ""))
    if not said:
        return None
    scope, names = said.groups()
    path, _, query = request.path.partition("?")
    query = "&".join(sorted(item if "=" in item else item + "=" for item in query.split("&") if item))
    headers = "".join(f"{name}:{' '.join(request.headers.get(name, '').split())}\n" for name in names.split(";"))
    payload = request.headers.get("x-amz-content-sha256") or digest(body)
    canonical = "\n".join([request.command, path, query, headers, names, payload])
    to_sign = "\n".join(["AWS4-HMAC-SHA256", request.headers["x-amz-date"], scope, digest(canonical.encode())])
    key = ("AWS4" + checks["secret_key"]).encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
    return f"AWS4-HMAC-SHA256 Credential={checks['key_id']}/{scope}, SignedHeaders={names}, Signature={signature}"


def decoded(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def is_signed_by_app(header, key_file):
    """GitHub Docs, "Generating a JSON Web Token (JWT) for a GitHub App"; the signature is looked at by openssl(1)."""
    token = header.removeprefix("Bearer ")
    signed, _, signature = token.rpartition(".")
    claims = json.loads(decoded(signed.partition(".")[2]))
    with tempfile.NamedTemporaryFile() as file:
        file.write(decoded(signature))
        file.flush()
        verified = subprocess.run(["openssl", "dgst", "-sha256", "-verify", key_file, "-signature", file.name],
                                  input=signed.encode(), stdout=subprocess.DEVNULL, check=False)
    in_time = claims["iat"] <= time.time() <= claims["exp"] <= claims["iat"] + 600
    return verified.returncode == 0 and claims["iss"] == "7" and in_time


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def read_body(self):
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def answer(self):
        body = self.read_body()
        checks = self.server.checks
        if self.path == "/app/installations/9/access_tokens" and "app_key" in checks:
            self.give_token(checks)
            return
        if "webhook" in checks and self.path == checks["webhook"]:
            say("in", self.command, self.path, body.decode())
            self.reply(200, "text/html", "ok", {})
            return
        expected = checks.get("header") or aws_signature(checks, self, body)
        if not expected or self.headers.get("Authorization", "").replace(",S", ", S") != expected:
            self.reply(401, "text/plain", "who are you?", {"WWW-Authenticate": 'Basic realm="x"'})
            return
        path = urllib.parse.unquote(self.path.split("?")[0])
        say("in", self.command, path)
        kind, text = self.pages().get(path, ("text/plain", None))
        self.reply(200 if text is not None else 404, kind, text or "", {})

    def give_token(self, checks):
        if not is_signed_by_app(self.headers["Authorization"], checks["app_key"]):
            self.reply(401, "text/plain", "who are you?", {})
            return
        say("in", self.command, self.path)
        self.reply(201, "application/json", json.dumps({"token": checks["token"], "expires_at": "2099-01-01T00:00:00Z"}), {})

    def pages(self):
        base = f"{self.server.scheme}://{self.headers['Host']}"
        package = {"name": "thing", "dist-tags": {"latest": "1.2.3"},
                   "versions": {"1.2.3": {"name": "thing", "version": "1.2.3", "dist": {"tarball": f"{base}/npm/thing.tgz"}}}}
        return {
            "/simple/thing/": ("text/html", f'<a href="{base}/files/{WHEEL}">{WHEEL}</a>'),
            "/legacy/": ("text/plain", ""),
            "/npm/thing": ("application/json", json.dumps(package)),
            "/maven/acme/parent/1/parent-1.pom": ("text/xml", POM),
            "/maven/acme/parent/1/parent-1.pom.sha1": ("text/plain", hashlib.sha1(POM.encode()).hexdigest()),
            "/version": ("application/json", '{"gitVersion": "v1.2.3"}'),
            "/api/v3/user": ("application/json", '{"login": "me"}'),
            "/user": ("application/json", '{"login": "app"}'),
            "/2015-03-31/functions/resize/code": ("application/json", '{"FunctionName": "resize", "Version": "7"}'),
            "/": ("text/xml", IDENTITY),
            "/bucket": ("application/xml", LISTING),
            "/bucket/": ("application/xml", LISTING),
        }

    def reply(self, status, kind, text, headers):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text.encode())))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text.encode())

    do_GET = do_HEAD = do_POST = do_PUT = answer

    def log_message(self, *_):
        pass


with open(sys.argv[1], encoding="utf-8") as file:
    wanted = json.load(file)
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.checks, server.scheme = wanted, "http"
if len(sys.argv) > 2:
    server.scheme = "https"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*sys.argv[2:])
    server.socket = context.wrap_socket(server.socket, server_side=True)
say(server.server_port)
server.serve_forever()
