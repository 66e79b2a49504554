"""Every main page of every role has no violation of WCAG 2.2 A or AA that axe can find."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.places import PUBLIC, pages
from tests.journeys.visitor import DESKTOP, PHONE

AXE = Path(__file__).parents[2] / "portal/assets/node_modules/axe-core/axe.min.js"
RUN = """async (theme) => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"];
  const rules = {type: "rule", values: ["color-contrast"]};  // all that differs between the two themes
  const runOnly = theme === "dark" ? rules : tags;
  const found = await axe.run(document, {runOnly, resultTypes: ["violations"]});
  const shown = ({id, nodes}) => [id, nodes.length, nodes[0].html.slice(0, 200), nodes[0].failureSummary];
  return found.violations.map(shown);
}"""
LOGINS = ("", "manager", "dealer", "admin", "rep1", "finance", "marketing", "author", "auditor")


@pytest.fixture(scope="module")
def axe() -> str:
    """The source of axe-core."""
    return AXE.read_text(encoding="utf-8")


@pytest.mark.parametrize("login", LOGINS, ids=lambda login: login or "nobody")
def test_axe_finds_nothing(visit, portal, axe, login):
    visitor = visit(login)
    found = []
    with visitor.expecting(404):
        for path in pages(portal)[login] if login else PUBLIC:
            visitor.go(path)
            visitor.page.evaluate(axe)
            for size in (DESKTOP, PHONE):
                visitor.page.set_viewport_size({"width": size[0], "height": size[1]})
                if visitor.page.evaluate("document.documentElement.scrollWidth") > size[0]:
                    found.append((path, size[0], "wider than the screen"))
                found += [(path, size[0], *each) for each in visitor.page.evaluate(RUN, "light")]
            # Both sizes have the colours of the theme; the large one shows more of them.
            visitor.page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
            visitor.page.emulate_media(color_scheme="dark")
            found += [(path, "dark", *each) for each in visitor.page.evaluate(RUN, "dark")]
            visitor.page.emulate_media(color_scheme="light")
    assert not found, "\n".join(map(str, found))
