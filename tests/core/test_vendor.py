"""What the browser gets comes from this repository, unchanged; no page needs more than the policy allows."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
MANIFEST = json.loads((ROOT / "static/vendor/manifest.json").read_text())["files"]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
# Mails, and a file that one takes away, carry their styles; no page of ours is made of them.
CARRIES_STYLES = ("mail/", "pipeline/reports/standalone.html")
PAGES = [path for path in TEMPLATES if not str(path.relative_to(ROOT / "templates")).startswith(CARRIES_STYLES)]
ON_EVERY_PAGE = (
    "vendor/bootstrap/bootstrap.min.css",
    "vendor/bootstrap/bootstrap.bundle.min.js",
    "vendor/htmx/htmx.min.js",
    "vendor/tom-select/tom-select.complete.min.js",
    "vendor/tom-select/tom-select.bootstrap5.min.css",
    "css/app.css",
    "js/app.js",
    "js/theme.js",
    "img/icons.svg",
    "img/favicon.svg",
)


@pytest.mark.parametrize("row", MANIFEST, ids=lambda row: row["file"])
def test_a_vendored_file_is_what_its_manifest_says(row: dict[str, str]) -> None:
    assert hashlib.sha256((ROOT / row["file"]).read_bytes()).hexdigest() == row["sha256"]
    assert all(row[key] for key in ("name", "version", "source", "licence"))


def test_no_vendored_file_is_missing_from_the_manifest() -> None:
    listed = {row["file"] for row in MANIFEST}
    present = {path.relative_to(ROOT).as_posix() for path in (ROOT / "static/vendor").rglob("*") if path.is_file()} - {
        "static/vendor/manifest.json"
    }
    assert present <= listed


def test_a_page_carries_less_than_200_kb_compressed_before_its_own_content() -> None:
    weight = sum(len(gzip.compress((ROOT / "static" / name).read_bytes(), 6)) for name in ON_EVERY_PAGE)
    assert weight < 200_000


def test_every_icon_a_template_names_is_in_the_sprite() -> None:
    known = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "static/img/icons.svg").read_text()))
    for path in TEMPLATES:
        text = path.read_text()
        named = set(re.findall(r'{%\s*icon\s+"([^"]+)"', text)) | set(re.findall(r'\bicon="([^"]+)"', text))
        assert named <= known, f"{path.name}: {sorted(named - known)}"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT / "templates").as_posix())
def test_a_page_asks_for_nothing_the_policy_forbids(path: Path) -> None:
    text = re.sub(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}", "", path.read_text(), flags=re.S)
    assert not re.search(r"\sstyle=", text), "inline style"
    assert not re.search(r"<style", text), "inline style sheet"
    assert not re.search(r"\son[a-z]+=", text), "inline handler"
    assert not re.search(r"\shx-on", text), "inline handler of htmx"
    assert not re.search(r"<script(?![^>]*\ssrc=)(?![^>]*application/json)", text), "inline script"
    assert not re.search(r"(src|href)=\"https?://", text), "a file from another machine"
