"""Workspaces for the tests of this room: a small right one, and the same with one thing changed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from handrail.app.workspace import read_workspace
from handrail.language.problems import print_problem

SETTINGS = """\
organization:
  name: Small
  zone: Europe/Berlin
  language: en
  languages: [ en, de ]
  owner: team:learning
  calendar: office

teams:
  learning: { lead: "hris:1", members: [ "hris:2", ana@small.example ] }
  admins: { lead: "hris:2" }

roles:
  partner: { by: country, who: { DE: "hris:3" }, otherwise: team:learning }

calendars:
  office: { zone: Europe/Berlin, country: DE, region: BY, hours: 08:30 to 16:30, closures: [ 2026-12-24 ], people_in: [ DE ] }

lists:
  sites: [ Bonn, Trier ]

contacts:
  trainer: trainer@outside.example

connections:
  lms:
    kind: lms
    url: https://lms.small.example
    token: env:LMS_TOKEN
    limit: 100 per minute
    bulk: 50
    people_by: hris
    owner: team:admins

guards: { leavers: 10, percent: 20 }

person:
  extra: { shoe_size: number, shirt: [ S, M, L ] }
  choices: { department: [ Sales, Service ] }
"""
MAPPING = """\
mapping: workers
source: hris
file: workers-{date}.csv
owner: team:admins
key: id
fields:
  name: name
  email: mail
  country: country
  department: dept
  status: { column: state, values: { on: active, off: left } }
  hired_on: start
"""
JOURNEY = """\
journey: hello
title: Hello
purpose: Everybody new is greeted.
accountable: team:learning
starts:
  hired: { event: person.hired }
once: per person
defaults:
  if_fails: [ { retry: 3 times over 1 hour }, { skip: could not be done } ]
steps:
  buddy:
    ask: team:learning
    question: Who looks after them?
    form: { who: text }
    within: 2 business days
    if_late: { skip: nobody answered }
  greet:
    tell: learner
    message: greeting
    owner: team:learning
    within: 2 days
    if_late: { skip: not sent }
"""
MESSAGE = """\
# en: Hello {person.name or "you"}

You are looked after by {buddy.who or "somebody"}.

# de: Hallo

Um dich kümmert sich {buddy.who or "jemand"}.
"""
FILES = {
    "handrail.yaml": SETTINGS,
    "mappings/workers.yaml": MAPPING,
    "journeys/hello.yaml": JOURNEY,
    "messages/greeting.md": MESSAGE,
    "playbooks/late.md": "# Late\n",
}


def small(folder: Path, changed: Mapping[str, str] | None = None) -> Path:
    """The small workspace in `folder`; `changed` are whole files by path, "" leaves one out."""
    texts = FILES | dict(changed or {})
    for name, text in texts.items():
        if text:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return folder


def with_settings(folder: Path, old: str, new: str) -> Path:
    """The small workspace with one part of its settings written otherwise."""
    assert old in SETTINGS
    return small(folder, {"handrail.yaml": SETTINGS.replace(old, new)})


def said(folder: Path) -> str:
    """Every problem of the workspace as its author reads it."""
    reading = read_workspace(folder)
    return "\n\n".join(print_problem(problem, reading.sources[problem.place.file]) for problem in reading.problems)
