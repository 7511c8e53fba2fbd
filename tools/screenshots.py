"""Takes pictures of every page of the console, over the demo's company, at the width of a desk and of a phone.

    python tools/screenshots.py [--folder KEPT] [--out docs/reference/pages] [--only today,handoffs]

`--folder` names a folder that `handrail demo --folder` has kept; without it the demo is played first. A page that stands
under an address with parts (`/people/{who}`) is found by a link on another page. Needs Chromium (CHROMIUM names another).
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from handrail.app.demo.company import reached_in
from handrail.app.demo.console import GoingOn
from handrail.app.moving.changing import preview
from handrail.app.runtime import Runtime
from handrail.web.console import PAGES
from handrail.web.kit.page import Page

ROOT = Path(__file__).resolve().parent.parent
WIDTHS = {"desk": 1280, "phone": 360}
HEIGHT_MAX = 1300
"""A longer page is cut off: the picture shows how it begins."""

ROLE = "demo-admin"
ROLES = {"my-people": "demo-manager", "my-learning": "demo-learner"}
"""Who looks at what is each one's own; the admin looks at all else."""

ASKED = ("bulk", "why")
"""Pages that show little without what is asked in their address: by the first link that asks something."""

JOURNEY = "new-manager"
"""The journey of Acme whose pages are shown, and of which a moving is previewed."""

_SERVE = (
    "import sys; from pathlib import Path; from handrail.app.demo.console import serve_console; "
    "from handrail.app.serving import Address; "
    "serve_console(Path(sys.argv[1]), Address(port=0), lambda url: print(url, flush=True))"
)


def main() -> int:
    """Play the demo where none is named, serve it, and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "reference" / "pages")
    parser.add_argument("--only", default="")
    asked = parser.parse_args()
    chromium = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), "")
    if not chromium:
        sys.exit("No Chromium is here: apt-get install chromium, or name it in CHROMIUM. No picture was taken.")
    folder = asked.folder or played()
    only = set(filter(None, asked.only.split(",")))
    previewed(folder)
    asked.out.mkdir(parents=True, exist_ok=True)
    complaints = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - as long as it serves
    serving = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-c", _SERVE, str(folder)], stdout=subprocess.PIPE, stderr=complaints, text=True
    )
    try:
        assert serving.stdout is not None, "it is a pipe"
        url = serving.stdout.readline().strip()
        if not url:
            complaints.seek(0)
            sys.exit(f"The console over {folder} did not begin: {complaints.read().strip().splitlines()[-1]}")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            missing = pictures(browser, url, asked.out, [page for page in PAGES if not only or page.name in only])
            browser.close()
    finally:
        serving.terminate()
        serving.wait(timeout=30)
    print("\n".join(missing) or f"The pictures are in {asked.out}.")
    return 1 if missing else 0


def played() -> Path:
    """A folder in which the demo has just been played."""
    folder = Path(tempfile.mkdtemp(prefix="handrail-pictures-"))
    subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "handrail.cli", "demo", "--json", "--folder", str(folder)],
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return folder


def previewed(folder: Path) -> None:
    """Have somebody look at what a new version of a journey would do, where nobody has yet."""
    file = folder / "acme" / "journeys" / f"{JOURNEY}.yaml"
    file.write_text(file.read_text("utf-8").replace("within: 30 days", "within: 20 days", 1), "utf-8")
    runtime = Runtime.at_rest(folder / "acme", f"sqlite:///{folder / 'handrail.db'}", GoingOn(reached_in(folder)))
    try:
        preview(runtime, JOURNEY, "Yara Lindqvist")
    finally:
        runtime.close()


def pictures(browser: Browser, url: str, out: Path, pages: list[Page]) -> list[str]:
    """A picture of each page at each width; what could not be taken, as sentences."""
    missing = []
    contexts = {name: signed_in(browser, url, width) for name, width in WIDTHS.items()}
    links = seen_links(contexts["desk"], url)
    own = {
        role: {name: signed_in(browser, url, width, role) for name, width in WIDTHS.items()} for role in ROLES.values()
    }
    for page in pages:
        address = address_of(page, links)
        for name, context in own.get(ROLES.get(page.name, ""), contexts).items():
            window = context.new_page()
            answer = window.goto(url + address)
            if answer is None or answer.status != 200:
                missing.append(f"{page.name}: {address} answers {answer.status if answer else 'nothing'}")
            high = min(int(window.evaluate("() => document.documentElement.scrollHeight")), HEIGHT_MAX)
            window.set_viewport_size({"width": WIDTHS[name], "height": max(high, 640)})
            window.screenshot(path=out / f"{page.name}-{name}.png")
            window.close()
    return missing


def signed_in(browser: Browser, url: str, width: int, role: str = ROLE) -> BrowserContext:
    """A window in which somebody of the demo (its admin) is signed in, by the button of the sign-in page."""
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="en-GB", reduced_motion="reduce")
    window = context.new_page()
    window.goto(f"{url}/sign-in")
    window.locator(f"form:has(input[value='{role}']) button").click()
    window.wait_for_load_state()
    window.close()
    return context


def seen_links(context: BrowserContext, url: str) -> list[str]:
    """Where the pages lead that stand under an address without parts, in the order of the pages, then where those lead."""
    found: list[str] = []
    window = context.new_page()
    ahead = [page.path for page in PAGES if "{" not in page.path]
    for path in ahead:
        window.goto(url + path)
        found += [
            str(link)
            for link in window.eval_on_selector_all("main a[href^='/']", "all => all.map(a => a.getAttribute('href'))")
        ]
    for path in [address for address in dict.fromkeys(found) if address.startswith(("/people/", "/journeys/"))][:6]:
        window.goto(url + path)
        found += [
            str(link)
            for link in window.eval_on_selector_all("main a[href^='/']", "all => all.map(a => a.getAttribute('href'))")
        ]
    window.close()
    return list(dict.fromkeys(found))


def address_of(page: Page, links: list[str]) -> str:
    """An address of the page in this company: its own, or the first link that fits it."""
    if page.name == "picked":
        picked = [link for link in links if re.fullmatch(r"/handoffs/R-\d+/\d+", link)][:3]
        return "/handoffs/picked?" + "&".join(
            "pick=" + link.removeprefix("/handoffs/R-").replace("/", ".") for link in picked
        )
    asked = next((link for link in links if link.startswith(page.path + "?")), "") if page.name in ASKED else ""
    if asked or "{" not in page.path:
        return asked or page.path
    fits = re.compile(re.sub(r"\\\{\w+\\\}", "[^/?]+", re.escape(page.path)))
    of_journey = page.address.replace("/welcome", f"/{JOURNEY}")
    if of_journey != page.address:
        return of_journey
    return next((link for link in links if fits.fullmatch(link.partition("?")[0])), page.address)


if __name__ == "__main__":
    sys.exit(main())
