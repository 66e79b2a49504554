"""The region tree: add and rename. Codes and places stay, because paths and grants name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch_value, unit_of_work
from portal.errors import Invalid
from portal.network.policies import REGIONS
from portal.network.queries.regions import get_region

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.network.commands import RegionCommand

_PATH_MAX = 200


async def add_region(viewer: Viewer, command: RegionCommand) -> int:
    """Add a region below its parent, or as a root, and return its id.

    Raises:
        NotFound: There is no such parent.
        Invalid: The code is taken, or the tree is too deep.
    """
    async with unit_of_work():
        parent = "/" if command.parent_id is None else (await get_region(command.parent_id)).path
        path = f"{parent}{command.code}/"
        if len(path) > _PATH_MAX:
            raise Invalid.of("parent", "The tree is too deep here.")
        if await fetch_value("select 1 from region where code = {}", command.code):
            raise Invalid.of("code", "This code is taken.")
        region_id = await fetch_value(
            "insert into region (code, name, name_en, parent, path) values ({}, {}, {}, {}, {}) returning id",
            *(command.code, command.name, command.name_en, command.parent_id, path),
        )
        await record(
            viewer.signature(REGIONS),
            "network.region_added",
            Subject.of("region", region_id),
            {"path": (None, path), "name": (None, command.name)},
        )
    return int(region_id)


async def rename_region(viewer: Viewer, region_id: int, name: str, name_en: str) -> None:
    """Give a region other names.

    Raises:
        NotFound: There is none.
    """
    async with unit_of_work():
        before = await get_region(region_id)
        await execute("update region set name = {}, name_en = {} where id = {}", name, name_en, region_id)
        await record(
            viewer.signature(REGIONS),
            "network.region_renamed",
            Subject.of("region", region_id),
            {"name": (before.name, name), "name_en": (before.name_en, name_en)},
        )
