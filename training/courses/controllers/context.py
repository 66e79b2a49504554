"""What several pages of training show: tabs, words, what was typed and what is wrong with it, regions."""

from collections.abc import Mapping
from typing import Any

from portal.access import Viewer
from portal.errors import Invalid
from portal.network.controllers.requests import translated
from portal.web.forms import FormReader
from portal.web.i18n import choose, gettext
from portal.web.responses import shown
from training.courses import words
from training.courses.policies import COSTS, EXPORT, PLAN

_TABS = (
    ("/training/sessions", "Sessions"),
    ("/training/courses", "Courses"),
    ("/training/lecturers", "Lecturers"),
    ("/training/venues", "Venues"),
    ("/training/gaps", "Who did not come"),
)


def room_context(viewer: Viewer, current: str) -> dict[str, Any]:
    """Return the tabs of the training pages, what the viewer may do, and words.

    Args:
        viewer: Who looks.
        current: Address of the tab that is open.
    """
    return {
        "training_tabs": [
            {"href": href, "label": gettext(label), "current": href == current, "count": None}
            for href, label in _TABS
        ],
        "may_plan": viewer.allowed(PLAN),
        "may_see_costs": viewer.allowed(COSTS),
        "may_export": viewer.allowed(EXPORT),
        "lecturer_kinds": translated(words.LECTURER_KINDS),
        "test_kinds": translated(words.TEST_KINDS),
        "choose": choose,
    }


def form_context(
    form: FormReader | None, error: Invalid | None, kept: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return what was typed over what is kept, and what is wrong with it.

    Args:
        form: What was typed, or None.
        error: What is wrong.
        kept: Values of the record, by field.
    """
    found: dict[str, str] = {}
    for problem in error.problems if error else ():
        found.setdefault(problem.field, shown(problem.message))
    return {"values": {**(kept or {}), **(form.values if form else {})}, "problems": found}


def version_of(form: FormReader) -> int:
    """Read the version the planner saw."""
    return form.integer("version", least=1, most=2**31 - 1)
