"""The one Jinja environment: where templates are, what they may call."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from portal.web import assets, formats, i18n
from portal.web.navigation import tabs
from portal.web.output import PageCode, icon, sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDERS = ("portal", "training", "campaigns")
_ROOT = Path(__file__).parents[2]


class PageEnvironment(Environment):
    """Jinja's environment with our output code."""

    code_generator_class = PageCode


def make_environment(folders: Sequence[str] = FOLDERS, *, reload: bool = False) -> Environment:
    """Build the environment: everything escaped, an unknown name is an error.

    Args:
        folders: Packages whose ``templates`` folders are searched, in order.
        reload: Look for changed files at each use, for development.
    """
    environment = PageEnvironment(
        loader=FileSystemLoader([_ROOT / folder / "templates" for folder in folders]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=reload,
    )
    # Pages are UTF-8: Korean as escapes is twice as long on the way to a phone.
    environment.policies["json.dumps_kwargs"] = {"sort_keys": True, "ensure_ascii": False}
    i18n.install(environment)
    environment.globals["_"] = sentence
    formats.install(environment)
    environment.globals["asset"] = assets.asset
    environment.globals["sprite_icon"] = icon
    environment.globals["tabbar"] = tabs
    return environment
