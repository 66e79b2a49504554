"""The people of the demo and how they sign in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal import db
from portal.access import Role
from portal.demo import names
from portal.demo.network import STORY_DIVISION, geography
from portal.demo.plan import months
from portal.demo.truths import STORY_DEALER
from portal.demo.write_network import dealer_id, opened_at
from portal.identity.passwords import hash_password

if TYPE_CHECKING:
    import datetime as dt

    from portal.demo.network import Network

PASSWORD = "비수기-demo-2026"  # noqa: S105  shown on the demo's own sign-in page
DEALERS_PER_REPRESENTATIVE = 4
_OWNERS_WITH_LOGIN = 12


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A person who can sign in to the demo.

    Attributes:
        login: Sign-in name.
        name: Full name.
        role: The one role held.
        about: What this login is good for, Korean then English.
        region_code: Region of a manager's grant, or empty.
        dealer: Dealer position of a dealer's person, or None.
    """

    login: str
    name: str
    role: Role
    about: tuple[str, str]
    region_code: str = ""
    dealer: int | None = None


STORY_PEOPLE = (
    DemoPerson(
        "manager", "박지영", Role.REGIONAL_MANAGER,
        ("충청 권역 관리자: 월 평가 검토와 승인", "regional manager of Chungcheong: reviews, signs"),
        region_code=STORY_DIVISION,
    ),
    DemoPerson(
        "dealer", "김대호", Role.DEALER_OWNER,
        ("대청상사 대표: 자기 평가표를 봅니다", "owner of the dealer 대청상사: reads his own sheet"),
        dealer=STORY_DEALER,
    ),
    DemoPerson(
        "marketing", "이수민", Role.MARKETING,
        ("마케팅 기획: 교육과 캠페인", "marketing planner: training and campaigns"),
    ),
    DemoPerson("admin", "최관리", Role.ADMINISTRATOR, ("시스템 관리자", "administrator")),
    DemoPerson(
        "manager2", "정하은", Role.REGIONAL_MANAGER,
        ("수도권 권역 관리자", "regional manager of the capital area"), region_code="CAP",
    ),
    DemoPerson(
        "staff", "한은우", Role.DEALER_STAFF, ("대청상사 직원", "staff of 대청상사"), dealer=STORY_DEALER,
    ),
    DemoPerson("finance", "조서연", Role.FINANCE, ("재무 담당", "finance")),
    DemoPerson("finance2", "윤도윤", Role.FINANCE, ("재무 두 번째 승인자", "finance, second approver")),
    DemoPerson("author", "강지우", Role.RULE_AUTHOR, ("평가 기준 작성자", "rule author")),
    DemoPerson("approver", "장하준", Role.RULE_APPROVER, ("평가 기준 승인자", "rule approver")),
    DemoPerson("auditor", "임서윤", Role.AUDITOR, ("감사인 (조회 전용)", "auditor, read only")),
)  # fmt: skip


def people(network: Network) -> list[DemoPerson]:
    """Return everyone of a demo network: the story's people, representatives, dealers' owners."""
    story_dealers = _story_dealers(network)
    representatives = [
        DemoPerson(
            f"rep{i + 1}",
            names.person_name(40 + i),
            Role.SALES_REPRESENTATIVE,
            ("충청 영업사원", "sales representative in Chungcheong"),
        )
        for i in range(-(-len(story_dealers[: 3 * DEALERS_PER_REPRESENTATIVE]) // DEALERS_PER_REPRESENTATIVE))
    ]
    all_names = network.dealer_names()
    owners = [
        DemoPerson(
            f"dealer{i + 1}",
            names.person_name(i),
            Role.DEALER_OWNER,
            (f"{all_names[i]} 대표", f"owner of {all_names[i]}"),
            dealer=i,
        )
        for i in range(1, min(_OWNERS_WITH_LOGIN, network.size.dealers))
    ]
    return [*STORY_PEOPLE, *representatives, *owners]


def _story_dealers(network: Network) -> list[int]:
    provinces = geography()[1]
    return [
        i
        for i, province in enumerate(network.dealer_province.tolist())
        if provinces[province].division == STORY_DIVISION
    ]


async def write_people(network: Network) -> None:
    """Write logins, grants and the representatives' assignments, in one transaction."""
    at = opened_at()
    password_hash = await hash_password(PASSWORD)
    everyone = people(network)
    users = [
        (i + 1, person.login, person.name, f"{person.login}@hanbit.example", password_hash, "ko", True, at)
        for i, person in enumerate(everyone)
    ]
    async with db.unit_of_work():
        await db.insert_rows(
            "login_user", "id login name work_email password_hash locale active created_at".split(), users
        )
        regions = {row["code"]: row["id"] for row in await db.fetch("select id, code from region")}
        grants = [
            (
                i + 1,
                person.role.value,
                regions.get(person.region_code),
                None if person.dealer is None else dealer_id(person.dealer),
                "active",
                "demo",
                at,
            )
            for i, person in enumerate(everyone)
        ]
        grant_columns = "user_id role region_id account_id state origin requested_at".split()
        await db.insert_rows("role_grant", grant_columns, grants)
        await _write_assignments(network, everyone, at)


async def _write_assignments(network: Network, everyone: list[DemoPerson], at: dt.datetime) -> None:
    """Give each representative his dealers of the story's region, in order."""
    ids = [i + 1 for i, person in enumerate(everyone) if person.role is Role.SALES_REPRESENTATIVE]
    dealers = _story_dealers(network)
    rows = [
        (user_id, dealer_id(dealer), min(at.date(), months()[0].first_on))
        for i, user_id in enumerate(ids)
        for dealer in dealers[i * DEALERS_PER_REPRESENTATIVE : (i + 1) * DEALERS_PER_REPRESENTATIVE]
    ]
    await db.insert_rows("representative_assignment", ("user_id", "dealer", "from_on"), rows)


def sign_in_hints() -> list[dict[str, str]]:
    """Return what the demo's sign-in page shows: the story's people with the shared password."""
    return [
        {"login": person.login, "password": PASSWORD, "name": person.name, "about": " · ".join(person.about)}
        for person in STORY_PEOPLE
    ]
