"""Forms of identity: what people type becomes checked commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.access import Role
from portal.errors import Invalid
from portal.identity.model import is_login, normal_login
from portal.identity.service.deputies import NewDeputy
from portal.identity.service.grants import NewGrant
from portal.identity.service.people import NewPerson, Profile

if TYPE_CHECKING:
    from portal.web.forms import FormReader

LOCALES = ("ko", "en")
THEMES = ("system", "light", "dark")


def read_new_person(form: FormReader, locale: str) -> NewPerson:
    """Read sign-in name, name and address of a new person.

    Raises:
        Invalid: With every problem found.
    """
    person = NewPerson(
        login=read_new_login(form),
        name=form.text("name", longest=80),
        work_email=form.email("work_email"),
        locale=locale,
    )
    form.check()
    return person


def read_new_login(form: FormReader) -> str:
    """Read a sign-in name that is to be new."""
    login = normal_login(form.text("login", longest=80))
    if login and not is_login(login):
        form.refuse("login", "Use 3 to 80 letters, digits, dots or hyphens.")
    return login


def read_grant(form: FormReader, account_id: int | None = None) -> NewGrant | None:
    """Read a role with its region; no role chosen is None.

    Args:
        form: The form.
        account_id: The dealer whose code was entered, or None.

    Raises:
        Invalid: With every problem found.
    """
    if not form.values.get("role"):
        return None
    grant = NewGrant(
        form.member("role", Role),
        form.optional_integer("region_id", least=1),
        account_id,
    )
    form.check()
    return grant


def read_profile(form: FormReader) -> Profile:
    """Read what a person changes about himself.

    Raises:
        Invalid: With every problem found.
    """
    profile = Profile(
        name=form.text("name", longest=80),
        work_email=form.email("work_email"),
        locale=form.choice("locale", LOCALES),
        theme=form.choice("theme", THEMES),
    )
    form.check()
    return profile


def read_preferences(form: FormReader) -> tuple[str | None, str | None]:
    """Read language and colours; one that is not sent stays as it is.

    Raises:
        Invalid: A value is not one of the options.
    """
    locale = form.choice("locale", LOCALES) if "locale" in form.values else None
    theme = form.choice("theme", THEMES) if "theme" in form.values else None
    form.check()
    return locale, theme


def read_deputy(form: FormReader) -> NewDeputy:
    """Read a deputy with dates and reason.

    Raises:
        Invalid: With every problem found.
    """
    deputy = NewDeputy(
        login=form.text("deputy", longest=80),
        from_on=form.date("from_on"),
        to_on=form.date("to_on"),
        reason=form.text("reason", longest=200),
    )
    form.check()
    return deputy


def read_new_password(form: FormReader) -> str:
    """Read a new password, typed twice.

    Raises:
        Invalid: The two differ, or one is missing.
    """
    first, second = form.secret("new_password"), form.secret("repeat_password")
    form.check()
    if first != second:
        raise Invalid.of("repeat_password", "The two passwords are not the same.")
    return first
