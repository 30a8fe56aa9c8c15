"""A program of its own that draws what it is asked for on its standard input, until that ends.

It is apart from the web for two reasons: vl-convert lets no other thread of its process run while it draws, and its
JavaScript engine, when it runs out of memory, ends the process that it is in. Started by pipeline.charts.drawing.
"""

from __future__ import annotations

import json
import struct
import sys
from typing import BinaryIO

import vl_convert

HEAD = struct.Struct(">?Q")


def drawn(kind: str, spec: str, scale: float) -> bytes:
    """The definition as a picture."""
    if kind == "svg":
        return vl_convert.vegalite_to_svg(spec).encode()
    return bytes(vl_convert.vegalite_to_png(spec, scale=scale))


def work(source: BinaryIO, target: BinaryIO) -> None:
    """Answer each request in its turn: a flag for success and the length, then the picture or what is wrong."""
    known: set[str] = set()
    while head := source.read(HEAD.size):
        request = json.loads(source.read(HEAD.unpack(head)[1]))
        try:
            for folder in request["fonts"]:
                if folder not in known:
                    vl_convert.register_font_directory(folder)
                    known.add(folder)
            good, answer = True, drawn(request["kind"], request["spec"], request["scale"])
        except ValueError as error:
            good, answer = False, str(error).encode()
        target.write(HEAD.pack(good, len(answer)) + answer)
        target.flush()


if __name__ == "__main__":
    work(sys.stdin.buffer, sys.stdout.buffer)
