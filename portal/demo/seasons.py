"""The demo's seasons: two years of Chungcheong, and one off-season's targets in every state of negotiation.

대청상사 asked for 8 % less of one product with a reason, the manager offered 5 % less, the owner accepted;
one dealer has not answered; one asks for changes; one is being drafted; one has too little history.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from portal import db
from portal.access import Grant, Role, Viewer
from portal.demo.network import STORY_DIVISION
from portal.demo.truths import STORY_DEALER
from portal.demo.write_network import dealer_id
from portal.seasons.model import Cell, by_product
from portal.seasons.queries.baselines import compute_natural
from portal.seasons.queries.sales import history_of_products, list_dealers, same_months_last_year
from portal.seasons.queries.seasons import get_season
from portal.seasons.service.agreed import write_targets
from portal.seasons.splitting import first_split, scaled_products
from rules.money import divide
from rules.months import Month

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from portal.seasons.natural import MethodResult, NaturalSales
    from portal.seasons.queries.sales import DealerRow, History
    from portal.seasons.queries.seasons import SeasonRow

_METHOD = "same_month_trend"
_REASON = "최근 여섯 달의 전년 대비 추세를 반영하고, 떼어 둔 달의 오차가 가장 작았습니다."
_TEXT = "한가한 달에 소매점을 넓히고 성수기 재고를 먼저 채웁니다. 목표는 함께 정합니다."
_QUANTUM = 1_000
_STRETCH_BP = (900, 1_100, 1_300, 1_500)
_OFF_MONTHS = 6
_POINTS = (
    ("terminal", "경쟁사 우수 소매점 전환", 45),
    ("outlet", "신규 2차점 거래 개시", 30),
    ("product", "겨울 음료 취급 확대", 25),
)
_SEASONS = (
    ("off", "비수기", "off-season", 2025, 10, "closed"),
    ("peak", "성수기", "peak season", 2026, 4, "closed"),
    ("off", "비수기", "off-season", 2026, 10, "open"),
    ("peak", "성수기", "peak season", 2027, 4, "draft"),
)
_STEPS = (
    ("survey", "marketing", dt.date(2026, 10, 20), dt.date(2026, 10, 22), "대리점과 영업사원 모두 응답"),
    ("target", "manager", dt.date(2026, 11, 30), None, ""),
    ("plan", "manager", dt.date(2026, 11, 27), None, "월별 개발 계획"),
    ("training", "marketing", dt.date(2026, 12, 11), None, "본사 교육장, 2일"),
    ("trip", "marketing", dt.date(2026, 12, 18), None, ""),
    ("forecast", "manager", dt.date(2027, 2, 26), None, ""),
    ("readiness", "manager", dt.date(2027, 3, 26), None, ""),
)

_UNANSWERED, _ASKED, _DRAFTED = 3, 6, 9
"""Which of the dealers with history, in order, has not answered, asks for changes, is being drafted."""


@dataclass(frozen=True)
class _Negotiation:
    """A dealer's target as the demo tells it: versions by index of the state they ended in."""

    dealer: int
    cells: tuple[Cell, ...]
    natural: tuple[int, int]
    offered_on: dt.date


def _at(day: dt.date, hour: int = 2) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), dt.UTC)


async def write_seasons() -> None:
    """Write the calendar, steps and need, natural sales, and every dealer's negotiation."""
    zone = ZoneInfo("Asia/Seoul")
    rows = await db.fetch("select id, login from login_user")
    people = {row["login"]: row["id"] for row in rows}
    region = await db.fetch_value("select id from region where code = {}", STORY_DIVISION)
    viewer = Viewer(people["marketing"], "", "marketing", grants=(Grant(Role.MARKETING),))
    async with db.unit_of_work():
        ids = await _calendar(int(region), people)
        season = await get_season(viewer, ids["2026-10-off"])
        dealers = await list_dealers(viewer, season)
        found, histories = await compute_natural(season, dealers)
        if found is not None:
            await _need(season, histories, people["marketing"])
            await _negotiate(season, dealers, (found, histories), people, zone)


async def _calendar(region: int, people: Mapping[str, int]) -> dict[str, int]:
    ids: dict[str, int] = {}
    for kind, word, word_en, year, month, state in _SEASONS:
        first = dt.date(year, month, 1)
        end = Month(first).shift(_OFF_MONTHS).first_on
        years = f"{year}–{end.year}" if end.month < month else str(year)
        code, label, label_en = (
            f"{first:%Y-%m}-{kind}",
            f"충청 {years} {word}",
            f"Chungcheong {years} {word_en}",
        )
        planned = _at(first - dt.timedelta(days=40))
        ids[code] = await db.fetch_value(
            "insert into season (code, label, label_en, kind, region, category, from_on, until_on, state,"
            " owner_user_id, text, found, version, created_by_user_id, created_at, opened_at, closed_at)"
            " values ({}, {}, {}, {}, {}, '', {}, {}, {}, {}, {}, '', 1, {}, {}, {}, {}) returning id",
            *(code, label, label_en, kind, region, first, end, state, people["marketing"]),
            _TEXT if kind == "off" else "",
            *(people["marketing"], planned),
            None if state == "draft" else _at(first - dt.timedelta(days=20)),
            _at(end + dt.timedelta(days=5)) if state == "closed" else None,
        )
    for off, peak in (("2025-10-off", "2026-04-peak"), ("2026-10-off", "2027-04-peak")):
        await db.execute("update season set peak = {} where id = {}", ids[peak], ids[off])
    columns = ("season", "step", "owner_user_id", "due_on", "done_at", "note")
    earlier = dt.timedelta(days=364)
    now = [
        (ids["2026-10-off"], step, people[login], due, _at(done) if done else None, note)
        for step, login, due, done, note in _STEPS
    ]
    before = [
        (ids["2025-10-off"], step, people[login], due - earlier, _at(due - earlier), "")
        for step, login, due, _, _ in _STEPS
    ]
    await db.insert_rows("season_step", columns, [*now, *before])
    return ids


async def _need(season: SeasonRow, histories: Mapping[int, History], planner: int) -> None:
    """Derive the need from the last peak: a tenth more, a part of it stocked early, some new outlets."""
    peak = sum(
        net
        for history in histories.values()
        for month, net in history.amounts.items()
        if season.months[0].shift(-_OFF_MONTHS) <= month < season.months[0]
    )
    goal = divide(peak * 11, 10, quantum=1_000_000)
    await db.execute(
        "insert into season_need (season, peak_goal_minor, early_share_bp, outlets_needed, outlets_active,"
        " outlet_month_minor, outlet_months, note, by_user_id, at)"
        " values ({}, {}, 500, 640, 600, 180000, 3, '', {}, {})",
        season.id,
        goal,
        planner,
        _at(dt.date(2026, 10, 12)),
    )


async def _negotiate(
    season: SeasonRow,
    dealers: Sequence[DealerRow],
    sold: tuple[NaturalSales, Mapping[int, History]],
    people: Mapping[str, int],
    zone: ZoneInfo,
) -> None:
    found, histories = sold
    told = 0
    for dealer in sorted(dealers, key=lambda one: one.id):
        result = next(one for one in found.results[dealer.id] if one.method == _METHOD)
        natural = result.total_minor
        if natural is None:
            continue
        baseline = await _baseline(
            season, dealer.id, result, (found, histories[dealer.id]), people["manager"]
        )
        total = divide(natural * (10_000 + _STRETCH_BP[told % 4]), 10_000, quantum=_QUANTUM)
        months = {month: amount or 0 for month, amount in result.months.items()}
        bought = await history_of_products(dealer.id, "", same_months_last_year(season))
        cells = first_split(total, months, bought, _QUANTUM)
        offered = dt.date(2026, 10, 20) + dt.timedelta(days=told % 3)
        talk = _Negotiation(dealer.id, cells, (baseline, natural), offered)
        final = await _tell(season, talk, told, people, zone)
        await _growth(season, talk, final - natural, people)
        told += 1


async def _tell(
    season: SeasonRow, talk: _Negotiation, told: int, people: Mapping[str, int], zone: ZoneInfo
) -> int:
    """Write the versions of one dealer and return the amount of the last one."""
    manager = people["manager"]
    owner = await db.fetch_value(
        "select user_id from role_grant where account_id = {} and role = 'dealer_owner' and state = 'active'"
        " order by id limit 1",
        talk.dealer,
    )
    if talk.dealer == dealer_id(STORY_DEALER):
        return await _story(season, talk, (manager, people["dealer"]), zone)
    if told == _DRAFTED:
        await _version(season, talk, talk.cells, (1, "manufacturer", "draft", manager), None)
    elif told in (_UNANSWERED, _ASKED) or owner is None:
        await _open(season, talk, (manager, owner or manager), asks=told == _ASKED and owner is not None)
    else:
        said_on = dt.date(2026, 11, 2) + dt.timedelta(days=told % 4)
        made = await _version(
            season, talk, talk.cells, (1, "manufacturer", "offered", manager), talk.offered_on
        )
        await _say(made, "offer", "manufacturer", "", manager, talk.offered_on)
        await _accept(season, talk.dealer, made, (owner, said_on, "함께 정한 목표입니다."), zone)
    return sum(cell.amount_minor for cell in talk.cells)


async def _story(season: SeasonRow, talk: _Negotiation, people: tuple[int, int], zone: ZoneInfo) -> int:
    """대청상사: offered, 8 % less asked of the largest product, 5 % less offered, accepted."""
    manager, owner = people
    sums = by_product(talk.cells)
    product = max(sums, key=lambda one: sums[one])
    asked_on, again_on, yes_on = dt.date(2026, 10, 27), dt.date(2026, 10, 30), dt.date(2026, 11, 3)
    first = await _version(
        season, talk, talk.cells, (1, "manufacturer", "replaced", manager), talk.offered_on
    )
    text = "성장 포인트는 지난 회의에서 함께 고른 것입니다."
    await _say(first, "offer", "manufacturer", text, manager, talk.offered_on)
    less = divide(sums[product] * 92, 100, quantum=_QUANTUM)
    asked = scaled_products(talk.cells, {product: less})
    second = await _version(season, talk, asked, (2, "dealer", "replaced", owner), None)
    await db.execute(
        "insert into season_target_reason (target, product, reason) values ({}, {}, {})",
        second,
        product,
        "거래하던 대형 음식점 두 곳이 12월에 문을 닫습니다.",
    )
    await _offered(second, asked_on)
    await _say(second, "counter", "dealer", "나머지 제품은 제안대로 하겠습니다.", owner, asked_on)
    middle = divide(sums[product] * 95, 100, quantum=_QUANTUM)
    agreed = scaled_products(talk.cells, {product: middle})
    third = await _version(season, talk, agreed, (3, "manufacturer", "offered", manager), again_on)
    text = "폐점은 반영하고, 새로 여는 소매점을 감안해 5 % 줄인 안을 드립니다."
    await _say(third, "offer", "manufacturer", text, manager, again_on)
    await _accept(season, talk.dealer, third, (owner, yes_on, "좋습니다. 이대로 하겠습니다."), zone)
    return sum(cell.amount_minor for cell in agreed)


async def _open(season: SeasonRow, talk: _Negotiation, people: tuple[int, int], *, asks: bool) -> None:
    """An offer without an answer, or one whose dealer asks for changes."""
    manager, owner = people
    state = "replaced" if asks else "offered"
    made = await _version(season, talk, talk.cells, (1, "manufacturer", state, manager), talk.offered_on)
    await _say(made, "offer", "manufacturer", "", manager, talk.offered_on)
    if not asks:
        return
    sums = by_product(talk.cells)
    product = min(sums, key=lambda one: (-sums[one], one))
    asked = scaled_products(talk.cells, {product: divide(sums[product] * 9, 10, quantum=_QUANTUM)})
    second = await _version(season, talk, asked, (2, "dealer", "countered", owner), None)
    await db.execute(
        "insert into season_target_reason (target, product, reason) values ({}, {}, {})",
        second,
        product,
        "창고 공사로 두 달 동안 보관 공간이 줄어듭니다.",
    )
    day = dt.date(2026, 11, 12)
    await _offered(second, day)
    await _say(second, "counter", "dealer", "", owner, day)


async def _version(
    season: SeasonRow,
    talk: _Negotiation,
    cells: Sequence[Cell],
    head: tuple[int, str, str, int],
    offered_on: dt.date | None,
) -> int:
    version, side, state, by = head
    target: int = await db.fetch_value(
        "insert into season_target (season, account, version, side, state, baseline, baseline_minor,"
        " amount_minor, note, by_user_id, created_at)"
        " values ({}, {}, {}, {}, {}, {}, {}, {}, '', {}, {}) returning id",
        *(season.id, talk.dealer, version, side, state, *talk.natural),
        sum(cell.amount_minor for cell in cells),
        by,
        _at(talk.offered_on + dt.timedelta(days=version - 1), 1),
    )
    await db.insert_rows(
        "season_target_share",
        ("target", "product", "month_on", "amount_minor", "is_locked"),
        [(target, cell.product, cell.month.first_on, cell.amount_minor, False) for cell in cells],
    )
    if offered_on is not None:
        await _offered(target, offered_on)
    return target


async def _offered(target: int, on: dt.date) -> None:
    await db.execute("update season_target set offered_at = {} where id = {}", _at(on), target)


async def _say(target: int, kind: str, side: str, text: str, by: int, on: dt.date) -> None:
    await db.execute(
        "insert into season_answer (target, kind, side, text, by_user_id, at)"
        " values ({}, {}, {}, {}, {}, {})",
        *(target, kind, side, text, by, _at(on)),
    )


async def _accept(
    season: SeasonRow, account: int, target: int, said: tuple[int, dt.date, str], zone: ZoneInfo
) -> None:
    owner, on, text = said
    await db.execute(
        "update season_target set state = 'accepted', accepted_at = {} where id = {}", _at(on), target
    )
    await _say(target, "accept", "dealer", text, owner, on)
    await write_targets(account, season.months, _at(on), zone)


async def _baseline(
    season: SeasonRow,
    account: int,
    result: MethodResult,
    sold: tuple[NaturalSales, History],
    by: int,
) -> int:
    found, history = sold
    error = result.error
    baseline: int = await db.fetch_value(
        "insert into season_baseline (season, account, method, reason, level, error_bp, n, history_from_on,"
        " history_to_on, amount_minor, low_minor, high_minor, by_user_id, at)"
        " values ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}) returning id",
        *(season.id, account, result.method, _REASON, int(history.level)),
        error.wape_bp if error else None,
        error.points if error else 0,
        *(found.first.first_on, found.last.last_on),
        *(result.total_minor, result.low_minor, result.high_minor),
        *(by, _at(dt.date(2026, 10, 14))),
    )
    await db.insert_rows(
        "season_baseline_month",
        ("baseline", "month_on", "amount_minor", "low_minor", "high_minor"),
        [
            (baseline, month.first_on, amount, result.low.get(month), result.high.get(month))
            for month, amount in result.months.items()
        ],
    )
    return baseline


async def _growth(season: SeasonRow, talk: _Negotiation, stretch: int, people: Mapping[str, int]) -> None:
    """Name growth points that add up to the stretch of the last version exactly."""
    named, about = 0, await _growing(talk, season.months[0])
    at = _at(dt.date(2026, 10, 16))
    for number, (kind, label, share) in enumerate(_POINTS):
        last = number == len(_POINTS) - 1
        size = stretch - named if last else divide(stretch * share, 100, quantum=_QUANTUM)
        named += size
        await db.execute(
            "insert into season_growth_point (season, account, kind, label, about, size_minor,"
            " owner_user_id, due_on, state, side, by_user_id, at)"
            " values ({}, {}, {}, {}, {}, {}, {}, {}, 'counted', 'manufacturer',"
            " {}, {})",
            *(season.id, talk.dealer, kind, label, about.get(kind, ""), size),
            people[f"rep{number % 3 + 1}"],
            *(dt.date(2026, 12, 18) + dt.timedelta(days=35 * number), people["manager"], at),
        )
    if talk.dealer == dealer_id(STORY_DEALER):
        await db.execute(
            "insert into season_growth_point (season, account, kind, label, size_minor,"
            " owner_user_id, state, side, by_user_id, at)"
            " values ({}, {}, 'channel', {}, 4000000, {}, 'proposed', 'dealer', {}, {})",
            *(season.id, talk.dealer, "학교·기숙사 매점", people["dealer"], people["dealer"], at),
        )


async def _growing(talk: _Negotiation, month: Month) -> dict[str, str]:
    """Return what growth points are measured by, by kind.

    The outlet and the retail point of a dealer that grew most over the year before, and his largest product.
    """
    sums = by_product(talk.cells)
    product = await db.fetch_value(
        "select code from product where id = {}", max(sums, key=lambda one: (sums[one], -one))
    )
    rows = await db.fetch(
        "select a.kind, a.code, sum(case when m.month_on = {} then m.net_minor else -m.net_minor end) as more"
        " from account a join account_month m on m.account = a.id and m.level = 2 and m.side = 1"
        " where a.dealer = {} and a.kind in ('outlet', 'terminal') and m.month_on in ({}, {})"
        " group by a.kind, a.code order by 3, a.code desc",
        *(month.first_on, talk.dealer, month.first_on, month.same_month_last_year.first_on),
    )
    return {row["kind"]: row["code"] for row in rows} | {"product": product}
