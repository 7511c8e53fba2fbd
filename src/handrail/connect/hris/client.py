"""The requests of the HR system's API, and nothing of what they mean."""

from __future__ import annotations

from urllib.parse import quote

from handrail.connect.answers import Client, Reply


def put_flag(client: Client, worker: str, flag: str) -> Reply:
    """Set a flag; done twice it is done once."""
    return client.ask("PUT", _flag(worker, flag), {}, repeatable=True)


def take_flag(client: Client, worker: str, flag: str) -> Reply:
    """Take a flag away; done twice it is done once."""
    return client.ask("DELETE", _flag(worker, flag), repeatable=True)


def worker(client: Client, number: str) -> Reply:
    """A worker, with `flags`."""
    return client.get(f"/workers/{quote(number, safe='')}")


def _flag(number: str, flag: str) -> str:
    return f"/workers/{quote(number, safe='')}/flags/{quote(flag, safe='')}"
