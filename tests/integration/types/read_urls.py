"""Reads database URLs as their readers do, and says which give other parts than they were made of.

  read_urls.py FILE   FILE: JSON lines {"url": …, "login": …, "password": …, "schema": …}

By urllib, which Django and SQLAlchemy stand on; postgresql:// also by libpq; jdbc: as java.net.URLDecoder decodes.
"""

import ctypes
import json
import sys
import urllib.parse


class Option(ctypes.Structure):
    """PQconninfoOption of libpq-fe.h."""
    _fields_ = [(name, ctypes.c_char_p) for name in ("keyword", "envvar", "compiled", "val", "label", "dispchar")]
    _fields_.append(("dispsize", ctypes.c_int))


libpq = ctypes.CDLL("libpq.so.5")
libpq.PQconninfoParse.restype = ctypes.POINTER(Option)


def by_libpq(url):
    complaint = ctypes.c_char_p()
    options = libpq.PQconninfoParse(url.encode(), ctypes.byref(complaint))
    if not options:
        return complaint.value
    found, i = {}, 0
    while options[i].keyword:
        found[options[i].keyword] = (options[i].val or b"").decode()
        i += 1
    return [found[b"user"], found[b"password"], found[b"dbname"]]


def by_urllib(url):
    parts = urllib.parse.urlsplit(url)
    return [urllib.parse.unquote(part or "", errors="strict") for part in (parts.username, parts.password, parts.path[1:])]


def by_java(url):
    parts = urllib.parse.urlsplit(url.removeprefix("jdbc:"))
    properties = dict(urllib.parse.parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True, errors="strict"))
    return [properties["user"], properties["password"], urllib.parse.unquote_plus(parts.path[1:])]


read = wrong = 0
for line in open(sys.argv[1], encoding="utf-8"):
    row = json.loads(line)
    readers = [by_java] if row["url"].startswith("jdbc:") else [by_urllib]
    if row["url"].startswith("postgresql:"):
        readers.append(by_libpq)
    for reader in readers:
        read += 1
        got = reader(row["url"])
        if got != [row["login"], row["password"], row["schema"]]:
            wrong += 1
            print(reader.__name__, row, got)
print(read, "read,", wrong, "wrong")
