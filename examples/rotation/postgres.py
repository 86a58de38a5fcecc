#!/usr/bin/env python3
"""Gives a PostgreSQL role a new password: for `injector service rotate NAME --exec`.

Reads the config as JSON on stdin, logs in with it by psql, and prints the config with the new
password. The server is told no more than the password's SCRAM verifier (RFC 5803), so its log
cannot hold it; and the new password is tried before the old one is given up.
"""
import base64
import hashlib
import hmac
import json
import os
import secrets
import subprocess
import sys

# Other names for one field, as `injector types postgres` lists them.
FIELDS = {
    "PGHOST": ("host", "hostname"),
    "PGPORT": ("port",),
    "PGUSER": ("login", "user", "username"),
    "PGDATABASE": ("schema", "database", "dbname"),
    "PGSSLMODE": ("sslmode",),
}


def scram_verifier(password, salt, iterations=4096):
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, iterations)
    client_key = hmac.digest(salted, b"Client Key", "sha256")
    stored_key = hashlib.sha256(client_key).digest()
    server_key = hmac.digest(salted, b"Server Key", "sha256")
    text = [base64.b64encode(part).decode() for part in (salt, stored_key, server_key)]
    return f"SCRAM-SHA-256${iterations}:{text[0]}${text[1]}:{text[2]}"


def environment(config, password):
    variables = {**os.environ, "PGPASSWORD": password, "PGCONNECT_TIMEOUT": "10"}
    for variable, names in FIELDS.items():
        values = [str(config[name]) for name in names if config.get(name) not in (None, "")]
        if values:
            variables[variable] = values[0]
    return variables


class Session:
    """One psql that stays logged in, so that what it has changed can be put back."""

    def __init__(self, config):
        command = ["psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--no-password"]
        self.psql = subprocess.Popen(
            command + ["--set", "ON_ERROR_STOP=1"],
            env=environment(config, config["password"]),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, statement):
        self.psql.stdin.write(statement + ";\n\\echo done\n")
        self.psql.stdin.flush()
        lines = []
        for line in self.psql.stdout:
            if line == "done\n":
                return lines
            lines.append(line.rstrip("\n"))
        sys.exit("postgres.py: psql has failed")


def logs_in(config, password):
    check = subprocess.run(["psql", "--no-psqlrc", "--no-password", "--command", "SELECT 1"],
                           env=environment(config, password), stdin=subprocess.DEVNULL,
                           stdout=subprocess.DEVNULL, check=False)
    return check.returncode == 0


def main():
    config = json.load(sys.stdin)
    session = Session(config)
    password = secrets.token_urlsafe(32)
    set_password = "ALTER ROLE CURRENT_USER PASSWORD '{}'".format
    session.run(set_password(scram_verifier(password, secrets.token_bytes(16))))
    if not logs_in(config, password):
        session.run(set_password(scram_verifier(config["password"], secrets.token_bytes(16))))
        sys.exit("postgres.py: the new password does not work; the old one is back")
    config["password"] = password
    json.dump(config, sys.stdout)


if __name__ == "__main__":
    main()
