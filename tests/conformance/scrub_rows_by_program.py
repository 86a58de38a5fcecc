#!/usr/bin/env python3
"""The rows of scrub.json by a whole program: scrub_rows_by_program.py SHIM [OTHER] feeds each row, in its chunks, to
`SHIM scrub`. With OTHER, a runner-shim that is known to be right, also RANDOM_LINES lines of random rows, for which
both must write the same. Prints how many rows there were; exits 1 and names those that differ."""
import base64, json, os, pathlib, subprocess, sys, tempfile, time

import scrub_random_rows

RANDOM_LINES = int(os.environ.get("SCRUB_PROGRAM_LINES", "20"))


def scrub(shim, secrets, min_length, chunks):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as values:
        json.dump([{"base64": secret} for secret in secrets], values)
        values.flush()
        options = ["--values", values.name, "--min-length", str(min_length)]
        command = [shim, "scrub", *options]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        program = subprocess.Popen(command, bufsize=0, **pipes)
        for chunk in chunks:
            program.stdin.write(base64.b64decode(chunk))
        out, said = program.communicate()
        if program.returncode != 0:
            sys.exit(f"{shim} ended with {program.returncode}: {said.decode()}")
        return out


def rows_of_the_table():
    rows = json.loads((pathlib.Path(__file__).parent / "scrub.json").read_text())
    for row in rows:
        secrets = [base64.b64encode(secret.encode()).decode() for secret in row["secrets"]]
        yield row["name"], secrets, row["min_length"], row["chunks_base64"], base64.b64decode(row["expected_base64"])


def random_rows(other):
    seed = int(time.time())
    for number in range(RANDOM_LINES):
        line = scrub_random_rows.Rows(seed + number).line()
        for row in line["rows"]:
            case = (line["secrets"], line["min_length"], row["chunks"])
            yield f"a random row of seed {seed + number}: {row}", *case, scrub(other, *case)


def main(shim, other=None):
    checked = wrong = 0
    for rows in [rows_of_the_table()] + ([random_rows(other)] if other else []):
        for name, *case, expected in rows:
            out = scrub(shim, *case)
            checked += 1
            if out != expected:
                wrong += 1
                print(f"{name}\n  expected {expected!r}\n  got      {out!r}", file=sys.stderr)
    print(f"{checked} rows of the scrubber by {shim}, {wrong} wrong")
    return 1 if wrong else 0


sys.exit(main(*sys.argv[1:]))
