#!/usr/bin/env python3
"""Random rows by the naive program: scrub_random_rows.py SEED COUNT prints COUNT lines of JSON. Each holds secrets, the
needles that the program looks for, and ROWS_PER_LINE texts in chunks with what is expected of them."""
import base64, functools, json, random, sys

import scrub_reference

ROWS_PER_LINE = 10

# Nearly all time would go into the forms of secrets, and into taking escape sequences out of them, for every text anew.
scrub_reference.needles = functools.lru_cache(maxsize=1)(scrub_reference.needles)
skips = scrub_reference.skips
drop = functools.lru_cache(maxsize=4096)(scrub_reference.drop)
scrub_reference.skips = functools.lru_cache(maxsize=4096)(lambda text: bytes(skips(text)))
scrub_reference.drop = lambda text, mask: drop(text, bytes(mask))

NOISE = [b"\n", b"\r\n", b"\n\n", b"\x1b[1m", b"\x1b[m", b"\x1b[3", b"\x1b(B", b"\x1b", b"\x1b]0;t\x07", b"\x1b]8;;",
         b"\x1b\\", b"\x1b]a\x1b\\", b" ", b"z", b"\x07", b"m"]
SYMBOLS = "abcXYZ0189 !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~äß€🔑\t\n"


def encode(data):
    return base64.b64encode(data).decode()


class Rows:
    def __init__(self, seed):
        self.random = random.Random(seed)

    # `symbols`: characters, or a list of texts.
    def word(self, symbols, most):
        return "".join(self.random.choice(symbols) for _ in range(self.random.randint(1, most)))

    def value(self):
        kind = self.random.randrange(8)
        if kind < 3:
            value = self.word("abc"[: kind + 1], 24)  # periodic, nested, overlapping
        elif kind < 6:
            value = self.word(SYMBOLS, 40)
        elif kind == 6:
            value = "https://user:" + self.word(["ab", "c", "%2F", "%40", "-"], 8) + "@host/path"
        else:
            value = json.dumps({"token": self.word(SYMBOLS, 20), "url": "https://h/" + self.word("abc/", 20)})
        # In its forms the program takes the characters \uXXXX of the value itself for an escape that it wrote, and
        # writes them in upper case too, which no encoder does.
        return value.replace("\\u", "/u").encode()

    def text(self, found):
        every = self.random.choice([2, 5, 20, 1000])  # so many bytes between what interrupts them
        text = b""
        for _ in range(self.random.randint(2, 8)):
            piece = self.random.choice(found) if found and self.random.random() < 0.7 else self.word("abcXm[ ", 12).encode()
            if self.random.random() < 0.3:
                piece = piece[: self.random.randint(0, len(piece))]
            for byte in piece:
                text += bytes([byte])
                if self.random.randrange(every) == 0:
                    text += self.random.choice(NOISE)
        return text

    def chunks(self, text):
        most = self.random.choice([3, 30, 1000])
        chunks = []
        while text:
            length = self.random.randint(1, most)
            chunks.append(text[:length])
            text = text[length:]
        return chunks

    def line(self):
        secrets = tuple(self.value() for _ in range(self.random.randint(1, 4)))
        min_length = self.random.choice([1, 6, 8])
        needles = sorted(scrub_reference.needles(secrets, min_length))
        texts = [self.text(needles) for _ in range(ROWS_PER_LINE)]
        return {
            "secrets": [encode(s) for s in secrets],
            "min_length": min_length,
            "needles": [encode(n) for n in needles],
            "rows": [
                {
                    "chunks": [encode(c) for c in self.chunks(text)],
                    "expected": encode(scrub_reference.scrub(text, secrets, min_length)),
                }
                for text in texts
            ],
        }


if __name__ == "__main__":
    rows = Rows(int(sys.argv[1]))
    for _ in range(int(sys.argv[2])):
        print(json.dumps(rows.line()))
