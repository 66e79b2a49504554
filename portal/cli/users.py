"""``portal user``: people and their access from the command line."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from portal.access import Role, different_people
from portal.cli.session import run_async
from portal.db import fetch_value
from portal.errors import Invalid, NotAllowed, NotFound
from portal.identity import policies, words
from portal.identity.model import IdentityRules, is_login, normal_login
from portal.identity.queries import list_people, list_requested_grants, load_viewer
from portal.identity.service import grants, people, resets
from portal.identity.service.grants import NewGrant
from portal.identity.service.people import NewPerson
from portal.paging import Cursor
from portal.settings import Settings

if TYPE_CHECKING:
    from portal.access import Viewer

__all__ = ["policies", "user", "words"]

_ALL = 100_000
_ROLES = click.Choice([role.value for role in Role])
_ACTOR = click.option("--actor", required=True, help="Sign-in name of the administrator who does this.")


@click.group()
def user() -> None:
    """Add, list and disable people."""


def _rules() -> IdentityRules:
    settings = Settings()
    return IdentityRules(zone=settings.business_zone, public_url=settings.public_url)


@user.command()
@click.argument("login")
@click.option("--name", required=True, help="Name shown to others.")
@click.option("--email", default="", help="Address for letters.")
@click.option("--role", type=_ROLES, help="Role to ask for; it counts once --approver approved it.")
@click.option("--region", default="", help="Code of the region the role covers.")
@click.option("--dealer", default="", help="Code of the dealer the role covers.")
@click.option("--actor", default="", help="Sign-in name of the administrator who does this.")
@click.option("--approver", default="", help="Sign-in name of a second administrator who approves the role.")
@click.option("--first-admin", is_flag=True, help="Make the first administrator; only while nobody is there.")
@click.option("--second-admin", is_flag=True, help="Make the second administrator; only while there is one.")
@click.option("--password-stdin", is_flag=True, help="With --first-admin: read the password from input.")
def add(  # noqa: PLR0913  one parameter for each option
    login: str,
    *,
    name: str,
    email: str,
    role: str | None,
    region: str,
    dealer: str,
    actor: str,
    approver: str,
    first_admin: bool,
    second_admin: bool,
    password_stdin: bool,
) -> None:
    """Add the person LOGIN and print the link that sets the first password."""
    person = NewPerson(normal_login(login), name, email, Settings().default_locale)
    if not is_login(person.login):
        raise click.BadParameter("use 3 to 80 letters, digits, dots or hyphens", param_hint="LOGIN")
    if first_admin:
        run_async(people.add_first_admin, person, _read_password(from_input=password_stdin))
        click.echo(f"{person.login} is the first administrator")
        return
    if not actor:
        raise click.UsageError("--actor is needed (or --first-admin on an empty installation)")
    if second_admin:
        click.echo(run_async(_add_second_admin, person, actor))
        return
    click.echo(run_async(_add, person, role, region, dealer, actor, approver))


def _read_password(*, from_input: bool) -> str:
    if from_input:
        return sys.stdin.readline().rstrip("\r\n")
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return password


async def _add(
    person: NewPerson, role: str | None, region: str, dealer: str, actor: str, approver: str
) -> str:
    rules = _rules()
    acting = await _viewer(actor)
    grant = None
    if role:
        grant = NewGrant(Role(role), await _region_id(region), await _dealer_id(dealer))
    second = await _viewer(approver) if approver else None
    if second is not None and not different_people(acting, second):
        raise NotAllowed("The approver has to be another person.")
    user_id, token = await people.add_person(acting, person, grant, rules)
    if grant is not None and second is not None:
        waiting = await list_requested_grants(second, limit=_ALL)
        for row in waiting:
            if row.user_id == user_id:
                await grants.approve_grant(second, row.grant_id)
    return resets.link(rules, token)


async def _add_second_admin(person: NewPerson, actor: str) -> str:
    acting = await _viewer(actor)
    user_id, token = await people.add_person(acting, person, None, _rules())
    await grants.name_second_admin(acting, user_id)
    return resets.link(_rules(), token)


async def _region_id(code: str) -> int | None:
    return await _id("select id from region where code = {}", code, "region") if code else None


async def _dealer_id(code: str) -> int | None:
    sql = "select id from account where kind = 'dealer' and code = {}"
    return await _id(sql, code, "dealer") if code else None


async def _id(sql: str, code: str, field: str) -> int:
    found: int | None = await fetch_value(sql, code)
    if found is None:
        raise Invalid.of(field, "There is no %(code)s.", code=code)
    return found


async def _viewer(login: str) -> Viewer:
    return await load_viewer(normal_login(login), _rules().zone)


@user.command(name="list")
@click.option("--search", default="", help="Part of a name or sign-in name.")
@_ACTOR
def list_command(search: str, actor: str) -> None:
    """List people with their roles."""

    async def lines() -> list[str]:
        found = await list_people(await _viewer(actor), search, Cursor(), limit=_ALL)
        return [
            f"{row.login}\t{row.name}\t{','.join(row.roles) or '-'}\t{'active' if row.active else 'off'}"
            for row in found.rows
        ]

    for line in run_async(lines):
        click.echo(line)


@user.command()
@click.argument("login")
@_ACTOR
def deactivate(login: str, actor: str) -> None:
    """Switch the person LOGIN off; every session ends at once."""
    run_async(_set_active, login, actor, active=False)
    click.echo(f"{login} is switched off")


@user.command()
@click.argument("login")
@_ACTOR
def activate(login: str, actor: str) -> None:
    """Switch the person LOGIN on again."""
    run_async(_set_active, login, actor, active=True)
    click.echo(f"{login} may sign in again")


async def _set_active(login: str, actor: str, *, active: bool) -> None:
    await people.set_active(await _viewer(actor), await _user_id(login), active=active)


@user.command(name="reset-password")
@click.argument("login")
@_ACTOR
def reset_password(login: str, actor: str) -> None:
    """Print a link with which the person LOGIN sets a new password; it works once."""

    async def make() -> str:
        rules = _rules()
        return resets.link(
            rules, await resets.start_reset(await _viewer(actor), await _user_id(login), rules)
        )

    click.echo(run_async(make))


async def _user_id(login: str) -> int:
    found: int | None = await fetch_value("select id from login_user where login = {}", normal_login(login))
    if found is None:
        raise NotFound("There is no person with the sign-in name %(login)s.", login=login)
    return found
