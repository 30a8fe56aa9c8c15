"""Fetch the front-end libraries from npm into static/vendor and write their manifest and the icon sprite.

Run it to take a newer version: change PACKAGES, then `python scripts/vendor_front_end.py`. It needs npm and a network;
the application itself never does: everything it serves is in the repository (centres' networks are closed).
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import TypedDict

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
SPRITE = ROOT / "static" / "img" / "icons.svg"
AXE = ROOT / "tests" / "browser" / "axe.min.js"


class Package(TypedDict):
    """One npm package: what to take from it, and where to."""

    name: str
    version: str
    licence: str
    folder: str
    files: list[str]


PACKAGES: list[Package] = [
    {
        "name": "bootstrap",
        "version": "5.3.9",
        "licence": "MIT",
        "folder": "bootstrap",
        "files": ["dist/css/bootstrap.min.css", "dist/js/bootstrap.bundle.min.js", "LICENSE"],
    },
    {
        "name": "htmx.org",
        "version": "2.0.11",
        "licence": "0BSD",
        "folder": "htmx",
        "files": ["dist/htmx.min.js", "LICENSE"],
    },
    {
        "name": "tom-select",
        "version": "2.6.2",
        "licence": "Apache-2.0",
        "folder": "tom-select",
        "files": ["dist/js/tom-select.complete.min.js", "dist/css/tom-select.bootstrap5.min.css", "LICENSE"],
    },
    {
        "name": "sortablejs",
        "version": "1.15.7",
        "licence": "MIT",
        "folder": "sortable",
        "files": ["Sortable.min.js", "LICENSE"],
    },
    {
        "name": "tus-js-client",
        "version": "4.3.1",
        "licence": "MIT",
        "folder": "tus",
        "files": ["dist/tus.min.js", "LICENSE"],
    },
]
ICONS_VERSION = "1.13.2"
AXE_VERSION = "4.14.1"

# The whole sprite weighs a megabyte. A template may use only these names; a test compares.
# fmt: off
ICONS = [
    "archive", "arrow-clockwise", "arrow-counterclockwise", "arrow-down", "arrow-left", "arrow-left-right",
    "arrow-right", "arrow-up", "bell", "box-arrow-right", "box-arrow-up-right", "briefcase", "building",
    "building-add", "buildings", "calendar-check", "calendar-event", "calendar-plus", "calendar3", "camera-video",
    "card-list", "cash-stack", "chat-dots", "check", "check-circle", "check-lg", "check2-circle", "chevron-down",
    "chevron-left", "chevron-right", "chevron-up", "circle", "clipboard", "clipboard-check", "clock",
    "clock-history", "columns-gap", "download", "envelope", "exclamation-circle", "exclamation-triangle", "eye",
    "eye-slash", "file-earmark", "file-earmark-spreadsheet", "file-earmark-text", "filter", "flag", "funnel",
    "gear", "geo-alt", "globe2", "graph-up", "grip-vertical", "house", "inbox", "info-circle", "journal-plus",
    "journal-text", "kanban", "key", "keyboard", "link-45deg", "list-check", "list-ul", "lock", "map", "megaphone",
    "paperclip", "pause-fill", "pencil", "pencil-square", "people", "people-fill", "person", "person-badge",
    "person-check", "person-circle", "person-plus", "person-walking", "phone", "plus", "plus-lg", "printer",
    "question-circle",
    "search", "send", "shield-lock", "sliders", "sort-down", "sort-up", "star", "star-fill", "sun", "tag",
    "telephone", "three-dots", "three-dots-vertical", "trash", "translate", "unlock", "upload", "wechat", "x",
    "x-circle", "x-lg",
]
# fmt: on


def fetch(name: str, version: str, into: Path) -> Path:
    """Return the folder of an npm package's unpacked tarball."""
    target = into / re.sub(r"\W", "_", name)
    target.mkdir()
    done = subprocess.run(
        ["npm", "pack", "--silent", "--pack-destination", str(target), f"{name}@{version}"],
        check=True,
        capture_output=True,
        text=True,
    )
    with tarfile.open(target / done.stdout.strip().splitlines()[-1]) as archive:
        archive.extractall(target, filter="data")
    return target / "package"


def entry(path: Path, package: str, version: str, licence: str, inside: str) -> dict[str, str]:
    """Return the manifest row of one file."""
    tarball = f"{package.rpartition('/')[2]}-{version}.tgz"
    return {
        "file": path.relative_to(ROOT).as_posix(),
        "name": package,
        "version": version,
        "source": f"npm:{package}/-/{tarball}#{inside}",
        "licence": licence,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }


def build_sprite(package: Path) -> None:
    """Write static/img/icons.svg with the icons of ICONS as symbols."""
    symbols = []
    for name in sorted(set(ICONS)):
        svg = (package / "icons" / f"{name}.svg").read_text()
        inner = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.S)
        if inner is None:
            sys.exit(f"{name}.svg has no drawing")
        drawing = re.sub(r"\s*\n\s*", "", inner.group(1))
        symbols.append(f'<symbol id="{name}" viewBox="0 0 16 16">{drawing}</symbol>')
    SPRITE.parent.mkdir(parents=True, exist_ok=True)
    SPRITE.write_text('<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n")


def main() -> None:
    """Fetch all packages, copy what is served, write the manifest."""
    rows = []
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        shutil.rmtree(VENDOR, ignore_errors=True)
        for package in PACKAGES:
            unpacked = fetch(package["name"], package["version"], scratch)
            folder = VENDOR / package["folder"]
            folder.mkdir(parents=True)
            for inside in package["files"]:
                target = folder / Path(inside).name
                content = (unpacked / inside).read_bytes()
                # The source maps are not shipped, and a manifest static storage would look for them.
                content = re.sub(rb"\n?(//#|/\*#) sourceMappingURL=\S+?( ?\*/)?\s*$", b"\n", content)
                target.write_bytes(content)
                rows.append(entry(target, package["name"], package["version"], package["licence"], inside))
        icons = fetch("bootstrap-icons", ICONS_VERSION, scratch)
        build_sprite(icons)
        rows.append(entry(SPRITE, "bootstrap-icons", ICONS_VERSION, "MIT", "icons/*.svg"))
        axe = fetch("axe-core", AXE_VERSION, scratch)
        AXE.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(axe / "axe.min.js", AXE)
        rows.append(entry(AXE, "axe-core", AXE_VERSION, "MPL-2.0", "axe.min.js"))
    (VENDOR / "manifest.json").write_text(json.dumps({"files": rows}, indent=2) + "\n")


if __name__ == "__main__":
    main()
