"""Makes the vendored files of the console anew from npm, and checks that they are what they were.

    python tools/assets.py [--check]

The packages stand below with their exact versions; `checksums` beside the files keeps what each of them must be. What is
our own among the assets (handrail.css, icon.svg) is not touched. Needs npm, but only to make them anew: nobody else does.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "src" / "handrail" / "web" / "assets"
CHECKSUMS = FOLDER / "checksums.txt"
PACKAGES = {
    "htmx.org@4.0.1": {
        "dist/htmx.min.js": "htmx.min.js",
        "dist/ext/hx-sse.min.js": "hx-sse.min.js",
        "LICENSE": "licenses/htmx.txt",
    },
    "@picocss/pico@2.1.1": {"css/pico.min.css": "pico.min.css", "LICENSE.md": "licenses/pico.txt"},
    "echarts@6.1.0": {"dist/echarts.min.js": "echarts.min.js", "LICENSE": "licenses/echarts.txt"},
}
"""Each package with its exact version, and which of its files are taken under which name."""


def names() -> list[str]:
    """Every vendored file."""
    return sorted(name for files in PACKAGES.values() for name in files.values())


def kept() -> dict[str, str]:
    """What each file must be: its SHA-256."""
    lines = (line.split(maxsplit=1) for line in CHECKSUMS.read_text(encoding="utf-8").splitlines() if line)
    return {name: digest for digest, name in lines}


def wrong() -> list[str]:
    """Each file that is not what it must be, or of which that is not said; as sentences."""
    sums = kept()
    found = [f"{name} is in no package of tools/assets.py" for name in sorted(set(sums) - set(names()))]
    for name in names():
        file = FOLDER / name
        if not file.is_file():
            found.append(f"{name} is not there: python tools/assets.py")
        elif digest_of(file.read_bytes()) != sums.get(name):
            found.append(f"{name} is not what checksums.txt says: it was changed by hand, or not written down")
    return found


def digest_of(body: bytes) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(body).hexdigest()


def fetch() -> None:
    """Take every file out of its package, as npm gives it, and write down what it is."""
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is not here: install it to make the vendored files anew. Nothing was changed.")
    for package, files in PACKAGES.items():
        with tempfile.TemporaryDirectory() as scratch:
            subprocess.run([npm, "pack", "--silent", package], cwd=scratch, check=True)  # noqa: S603 - a constant
            with tarfile.open(next(Path(scratch).glob("*.tgz"))) as archive:
                for inside, name in files.items():
                    member = archive.extractfile(f"package/{inside}")
                    assert member is not None, f"{package} has no {inside}"
                    (FOLDER / name).write_bytes(member.read())
    lines = [f"{digest_of((FOLDER / name).read_bytes())}  {name}" for name in names()]
    CHECKSUMS.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> int:
    """Fetch, or only check; 1 when something is not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only compare with checksums.txt")
    if not parser.parse_args().check:
        fetch()
    found = wrong()
    print("\n".join(found) or "The vendored files are what they must be.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
