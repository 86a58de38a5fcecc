"""encode.py HOW IN OUT: writes each file of the directory IN to OUT, as HOW prints it. Python's own encoders."""
import base64, html, json, pathlib, pprint, shlex, sys, urllib.parse

ENCODERS = {
    "json.dumps": json.dumps,
    "json.dumps-utf8": lambda text: json.dumps(text, ensure_ascii=False),
    "json.dumps-object": lambda text: json.dumps({"password": text}, indent=2),
    "quote": urllib.parse.quote,
    "quote-all": lambda text: urllib.parse.quote(text, safe=""),
    "quote_plus": urllib.parse.quote_plus,
    "urlencode": lambda text: urllib.parse.urlencode({"password": text}),
    "html.escape": html.escape,
    "html.escape-text": lambda text: html.escape(text, quote=False),
    "repr": repr,
    "repr-list": lambda text: repr([text]),
    "repr-bytes": lambda text: repr(text.encode()),
    "ascii": ascii,
    "pprint": pprint.pformat,
    "shlex.quote": shlex.quote,
    "b64encode": lambda text: base64.b64encode(text.encode()).decode(),
    "urlsafe_b64encode": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "encodebytes": lambda text: base64.encodebytes(text.encode()).decode(),
    "hex": lambda text: text.encode().hex(),
    "utf-16": lambda text: text.encode("utf-16-le"),
}

how, source, target = sys.argv[1:]
for file in pathlib.Path(source).iterdir():
    encoded = ENCODERS[how](file.read_bytes().decode())
    if isinstance(encoded, str):
        encoded = encoded.encode()
    (pathlib.Path(target) / file.name).write_bytes(encoded)
