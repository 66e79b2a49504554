"""Front-end files carry the hash of their content in their name, and the manifest names each."""

from __future__ import annotations

import hashlib
import json
import re

import pytest

from portal.assets import build
from portal.web import assets


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A build of its own, so that a running portal keeps its files."""
    patch = pytest.MonkeyPatch()
    patch.setattr(build, "OUT", tmp_path_factory.mktemp("build"))
    manifest = build.build_files()
    yield build.OUT, manifest
    patch.undo()


def test_names_carry_the_start_of_the_content_hash(built):
    out, manifest = built
    wrong = [
        name
        for name, hashed in manifest.items()
        if hashlib.sha256((out / hashed).read_bytes()).hexdigest()[:10] not in hashed
    ]
    assert wrong == []


def test_everything_a_page_asks_for_is_built(built):
    _, manifest = built
    assert sorted(manifest) == [
        "app.css",
        "app.js",
        "door.js",
        "field-desk.css",
        "field-page.js",
        "field.css",
        "field.js",
        "grid.css",
        "grid.js",
        "htmx.js",
        "icons.svg",
        "incentives.css",
        "mark.svg",
        "occasions.css",
        "offline-worker.js",
        "outbox.js",
        "plans.css",
        "plans.js",
        "seasons.css",
        "sliders.css",
        "sliders.js",
        "sums.js",
        "survey.css",
        "survey.js",
        "training.css",
        "training.js",
        "trips.css",
        "voice.css",
    ]
    assert json.loads((built[0] / "manifest.json").read_text()) == manifest


def test_stale_files_go(built):
    out, manifest = built
    (out / "app.0000000000.css").write_text("old")
    build.build_files()
    assert sorted(path.name for path in out.iterdir()) == sorted([*manifest.values(), "manifest.json"])


def test_address_is_the_hashed_name(built, monkeypatch):
    out, manifest = built
    monkeypatch.setattr(assets, "MANIFEST", out / "manifest.json")
    assets.manifest.cache_clear()
    try:
        assert assets.asset("app.css") == f"/static/build/{manifest['app.css']}"
    finally:
        assets.manifest.cache_clear()


def test_without_a_build_the_message_says_what_to_run(tmp_path, monkeypatch):
    monkeypatch.setattr(assets, "MANIFEST", tmp_path / "manifest.json")
    assets.manifest.cache_clear()
    with pytest.raises(assets.AssetsMissingError, match=r"\./dev assets"):
        assets.asset("app.css")
    assets.manifest.cache_clear()


def test_every_icon_a_template_names_is_in_the_sprite():
    named = set()
    for package in ("portal", "training", "campaigns"):
        for template in (build.PORTAL.parent / package / "templates").rglob("*.html"):
            named |= set(re.findall(r"icon\('([a-z0-9-]+)'(?! ~)", template.read_text(encoding="utf-8")))
    kept = set((build.HERE / "icons.txt").read_text().split())
    assert sorted(named - kept) == []


def test_style_sheet_and_script_stay_small():
    sizes = {path.name: path.stat().st_size for path in build.SOURCE.iterdir()}
    assert sizes["app.css"] <= 26_000
    assert sizes["app.js"] <= 12_000


def test_templates_keep_the_content_security_policy():
    """No inline style, handler or script; no input named like a property of forms."""
    forbidden = re.compile(
        r"""\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|\|\s*safe\b|name="(?:id|action|method|target|submit)\""""
    )
    wrong = []
    for package in ("portal", "training", "campaigns"):
        folder = build.PORTAL.parent / package / "templates"
        for template in folder.rglob("*.html"):
            if "print" in template.parts or "mail" in template.parts:
                continue
            found = forbidden.search(template.read_text(encoding="utf-8"))
            wrong += [f"{template.relative_to(folder)}: {found.group()}"] if found else []
    assert wrong == []
