"""A program of its own that sets one document in type: JSON on its standard input, PDF on its standard output.

It is apart from the web because typst keeps what it has set for the next time: memory that its process never gives
back, and 80 MB of program. Started by pipeline.exports.pdf for each document.
"""

from __future__ import annotations

import json
import sys

import typst


def main() -> None:
    """Set what is asked for; what is wrong is said on standard error."""
    asked = json.load(sys.stdin.buffer)
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(one) for one in asked["fonts"]]
    )
    # No root with files, and packages are never looked for: the template asks for none.
    compiler = typst.Compiler(asked["template"], font_paths=fonts, sys_inputs={"paper": asked["paper"]})
    pdf = compiler.compile(format="pdf", timestamp=asked["timestamp"])
    if not isinstance(pdf, bytes):
        raise TypeError(f"{type(pdf)} instead of a file")
    sys.stdout.buffer.write(pdf)


if __name__ == "__main__":
    main()
