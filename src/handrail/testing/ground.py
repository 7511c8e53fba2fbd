"""What a stage stands on: the settings, catalog and journeys of a workspace, or of one journey's text by itself."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from handrail.app.catalogs import catalog_for_one
from handrail.app.settings import RoleDraft, Settings, TeamDraft
from handrail.app.workspace import load_workspace
from handrail.language.compile import Compiled, compile_text
from handrail.terms.catalog import Catalog


class Ground(Struct, frozen=True):
    """Settings, catalog and compiled journeys."""

    settings: Settings
    catalog: Catalog
    journeys: tuple[Compiled, ...]


def ground_of(source: Path | str, only: Iterable[str] = ()) -> Ground:
    """A workspace by its folder (`only` these journeys of it, or all), or a journey by its text.

    Raises `JourneyProblems` with the whole list of what is wrong.
    """
    if isinstance(source, Path):
        return _of_workspace(source, tuple(only))
    catalog = catalog_for_one(source)
    return Ground(_settings_for(catalog), catalog, (compile_text(source, "journey.yaml", catalog),))


def _of_workspace(folder: Path, only: tuple[str, ...]) -> Ground:
    workspace = load_workspace(folder)
    unknown = sorted(set(only) - set(workspace.journeys))
    if unknown:
        there = ", ".join(sorted(workspace.journeys))
        raise LookupError(f'There is no journey "{unknown[0]}" in {folder}. There are: {there}.')
    wanted = only or tuple(sorted(workspace.journeys))
    found = [workspace.journeys[name] for name in wanted]
    return Ground(
        workspace.settings,
        workspace.catalog,
        tuple(compile_text(text, file, workspace.catalog) for file, text in found),
    )


def _settings_for(catalog: Catalog) -> Settings:
    """Teams and roles that a text names, each with somebody in it; in Berlin, for want of a word about it."""
    owner = "stage.owner@stage.example"
    return Settings(
        name="Stage",
        zone="Europe/Berlin",
        language="en",
        languages=("en",),
        owner=owner,
        calendar="",
        teams={name: TeamDraft(name, f"lead.of.{name}@stage.example") for name in sorted(catalog.teams)},
        roles={name: RoleDraft(name, "", {}, f"{name}@stage.example") for name in sorted(catalog.roles)},
        lists=catalog.lists,
        contacts={name: f"{name}@outside.example" for name in sorted(catalog.contacts)},
    )
