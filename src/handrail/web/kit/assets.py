"""The files that pages load: styles, scripts, pictures. Each address holds a hash of what is in the file, so it may be kept for ever.

They lie in the package; nothing is loaded from elsewhere. Where the vendored ones come from: tools/assets.py.
"""

from __future__ import annotations

import mimetypes
from hashlib import sha256
from importlib.resources import files
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response
from msgspec import Struct

from handrail.web.refusals import Refused

router: Final = APIRouter(include_in_schema=False)
FOR_EVER: Final = "public, max-age=31536000, immutable"
_HASH_CHARACTERS: Final = 12


class Asset(Struct, frozen=True):
    """One file, as it is sent."""

    name: str
    digest: str
    kind: str
    body: bytes

    @property
    def address(self) -> str:
        """Where it is had."""
        return f"/assets/{self.digest}/{self.name}"


def _all() -> dict[str, Asset]:
    found = {}
    for file in files("handrail.web").joinpath("assets").iterdir():
        kind = mimetypes.guess_type(file.name)[0]
        if file.is_file() and kind is not None and not file.name.endswith(".txt"):
            body = file.read_bytes()
            found[file.name] = Asset(file.name, sha256(body).hexdigest()[:_HASH_CHARACTERS], kind, body)
    return found


_ASSETS: Final = _all()


def asset(name: str) -> str:
    """The address of a file. A name that is not there is a fault of the template."""
    return _ASSETS[name].address


@router.get("/assets/{digest}/{name}")
async def send(digest: str, name: str) -> Response:
    """One file; an address with another hash is of an older release, and is not answered with what is newer."""
    found = _ASSETS.get(name)
    if found is None or found.digest != digest:
        raise Refused(404, "There is no such file.", "Load the page again: it names the files that it needs.")
    return Response(found.body, media_type=found.kind, headers={"Cache-Control": FOR_EVER})
