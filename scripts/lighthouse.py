"""Lighthouse's scores and the weight of the main pages, from a running demonstration (`make run`).

    npm install lighthouse                                  # once, in a folder of your own
    .venv/bin/python scripts/lighthouse.py --lighthouse PATH/node_modules/.bin/lighthouse [--desktop] [PAGE …]

A line a page: accessibility, best practices, performance, all that was transferred with an empty cache. Ends with 1
where a page has less than 100 of the first two, or weighs 250 kB and more.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from typing import Any

from playwright.sync_api import BrowserContext, Playwright, sync_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
MUST = ("accessibility", "best-practices")
LIMIT_KB = 250
PAGES = {
    "today": "/",
    "list": "/leads/",
    "lead": "/leads/ID/",
    "board": "/board/",
    "calendar": "/calendar/",
    "month": "/plans/",
    "plan": "/plans/ID/",
    "aftercare": "/aftercare/",
    "requests": "/requests/",
    "request": "/requests/ID/",
    "companies": "/companies/",
    "interactions": "/interactions/",
    "new": "/leads/new/",
    "notifications": "/notifications/",
    "administration": "/administration/",
}


def sign_in(context: BrowserContext, address: str, login: str, password: str) -> None:
    """Sign in without loading a page, so that the cache stays empty."""
    form = context.request.get(f"{address}/accounts/login/").text()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
    values = {"csrfmiddlewaretoken": token[1] if token else "", "login": login, "password": password}
    answer = context.request.post(f"{address}/accounts/login/", form=values, headers={"Referer": address})
    if "/accounts/login/" in answer.url:
        sys.exit("Signing in failed.")


def first_of(context: BrowserContext, address: str, path: str) -> str:
    """The path with the first id that its list shows."""
    if "ID" not in path:
        return path
    listed = context.request.get(f"{address}{path.replace('ID/', '')}").text()
    found = re.search(path.replace("ID", "[0-9a-f-]{36}"), listed)
    return found[0] if found else sys.exit(f"Nothing is listed for {path}")


def free_port() -> int:
    """A port for the browser to be driven by."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def measure(playwright: Playwright, path: str, options: argparse.Namespace) -> dict[str, Any]:
    """Lighthouse's report of one page, in a browser of its own."""
    port = free_port()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        context = playwright.chromium.launch_persistent_context(
            folder,
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                f"--remote-debugging-port={port}",
            ],
        )
        sign_in(context, options.address, options.login, options.password)
        url = options.address + first_of(context, options.address, path)
        command = [options.lighthouse, url, f"--port={port}", "--disable-storage-reset", "--quiet", "--output=json"]
        command.append("--only-categories=performance,accessibility,best-practices")
        if options.desktop:
            command.append("--preset=desktop")
        environ = {**os.environ, "CHROME_PATH": CHROMIUM or ""}
        report = subprocess.run(command, capture_output=True, text=True, check=False, env=environ)
        context.close()
    if report.returncode:
        sys.exit(f"{url}: {report.stderr.strip()[-300:]}")
    found: dict[str, Any] = json.loads(report.stdout)
    if found["finalDisplayedUrl"] != url:
        sys.exit(f"{url} led to {found['finalDisplayedUrl']}")
    return found


def say(name: str, report: dict[str, Any]) -> bool:
    """Write a page's line, and whether it is good."""
    scores = {key: round(100 * (one["score"] or 0)) for key, one in report["categories"].items()}
    requests = report["audits"]["network-requests"]["details"]["items"]
    weight = sum(one.get("transferSize", 0) for one in requests) / 1000
    faults = [
        one["id"]
        for key in MUST
        for one in report["categories"][key]["auditRefs"]
        if one["weight"] and report["audits"][one["id"]]["score"] not in (1, None)
    ]
    words = "  ".join(f"{key} {score}" for key, score in scores.items())
    print(f"{name:<15} {words}  {weight:.0f} kB  {' '.join(faults)}", flush=True)
    return all(scores[key] == 100 for key in MUST) and weight < LIMIT_KB


def main() -> None:
    """Measure the pages that are named, else all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", nargs="*", metavar="PAGE", help=", ".join(PAGES))
    parser.add_argument("--lighthouse", default=shutil.which("lighthouse") or "lighthouse")
    parser.add_argument("--address", default="http://localhost:8000")
    parser.add_argument("--login", default="demo-admin")
    parser.add_argument("--password", default="zhaoshang-demo")
    parser.add_argument("--desktop", action="store_true", help="as a desktop; otherwise as a phone")
    options = parser.parse_args()
    with sync_playwright() as playwright:
        good = [say(name, measure(playwright, PAGES[name], options)) for name in options.pages or PAGES]
    sys.exit(not all(good))


if __name__ == "__main__":
    main()
