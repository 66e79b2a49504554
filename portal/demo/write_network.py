"""Write the demo's regions, accounts, links, contacts and sharing into an empty database."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from portal import db
from portal.demo import names
from portal.demo.network import CHANNELS, geography
from portal.demo.places import place_of
from portal.demo.plan import generator, months
from portal.demo.truths import BY_DEALER, STORY_DEALER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portal.demo.network import Network, Province

ACCOUNT_COLUMNS = (
    "id kind code name region area state dealer owner is_stub version created_at updated_at".split()
)
_STATES = ("existing",) * 92 + ("dormant",) * 4 + ("prospect",) * 2 + ("closed",) * 2
_DEALER_MADE_PERCENT = 60
_SHARING_PERCENT = 85
_PURPOSES = ("outlets", "terminals", "contacts", "sell_through")
TRADE_TYPES = {
    "food_service": "음식점",
    "pub": "호프·통닭",
    "cafe": "카페",
    "convenience": "편의점",
    "mart": "마트",
}


def opened_at() -> dt.datetime:
    """Return the instant at which the demo's records were made."""
    first = months()[0].first_on
    return dt.datetime(first.year - 1, first.month, 2, tzinfo=dt.UTC)


def dealer_id(position: int) -> int:
    """Return the account id of a dealer position."""
    return position + 1


def outlet_id(network: Network, position: int) -> int:
    """Return the account id of an outlet position."""
    return network.size.dealers + position + 1


def terminal_id(network: Network, position: int) -> int:
    """Return the account id of a retail point's position."""
    return network.size.dealers + network.size.outlets + position + 1


def shares(position: int, purpose: str) -> bool:
    """Tell whether a dealer opened a purpose to the manufacturer; most did, the truths decide for some."""
    truth = BY_DEALER.get(position)
    if truth is not None:
        return truth.shares_sales
    return (position * 37 + _PURPOSES.index(purpose) * 5) % 100 < _SHARING_PERCENT


async def write_network(network: Network) -> None:
    """Write everything but trade and people, in one transaction."""
    async with db.unit_of_work():
        province_ids = await _write_regions()
        await _write_accounts(network, province_ids)
        await _write_details(network)
        await _write_links(network)
        await _write_contacts(network)
        await _write_sharing(network)


async def _write_regions() -> list[int]:
    divisions, provinces = geography()
    rows: list[tuple[Any, ...]] = [(1, "KR", "전국", "Korea", None, "/KR/")]
    by_code = {}
    for division in divisions:
        by_code[division["code"]] = len(rows) + 1
        rows.append(
            (
                len(rows) + 1,
                division["code"],
                division["name"],
                division["name_en"],
                1,
                f"/KR/{division['code']}/",
            )
        )
    ids = []
    for province in provinces:
        ids.append(len(rows) + 1)
        path = f"/KR/{province.division}/{province.code}/"
        parent = by_code[province.division]
        rows.append((len(rows) + 1, province.code, province.name, province.name_en, parent, path))
    await db.insert_rows("region", ("id", "code", "name", "name_en", "parent", "path"), rows)
    return ids


async def _write_accounts(network: Network, region_ids: list[int]) -> None:
    size, at = network.size, opened_at()

    def row(  # noqa: PLR0913, PLR0917  the columns of an account
        key: int, kind: str, code: str, name: str, dealer: int, city: str, state: str, owner: str
    ) -> tuple[Any, ...]:
        region = region_ids[int(network.dealer_province[dealer])]
        return (key, kind, code, name, region, city, state, dealer_id(dealer), owner, False, 1, at, at)

    def owner_of(position: int) -> str:
        return "dealer" if position * 53 % 100 < _DEALER_MADE_PERCENT else "manufacturer"

    def rows() -> Iterator[tuple[Any, ...]]:
        for i, (name, city) in enumerate(zip(network.dealer_names(), network.dealer_city, strict=True)):
            yield row(dealer_id(i), "dealer", f"D-{i + 1:04d}", name, i, city, "existing", "manufacturer")
        outlet_names = names.outlet_names(generator(6, size.outlets), network.outlet_city)
        for i, (name, city) in enumerate(zip(outlet_names, network.outlet_city, strict=True)):
            key, dealer = outlet_id(network, i), int(network.outlet_dealer[i])
            yield row(key, "outlet", f"O-{i + 1:05d}", name, dealer, city, "existing", owner_of(i))
        channels = [CHANNELS[channel] for channel in network.terminal_channel]
        shops = names.shop_names(generator(7, size.terminals), channels, network.terminal_city)
        for i, (name, city) in enumerate(zip(shops, network.terminal_city, strict=True)):
            key, dealer = terminal_id(network, i), int(network.terminal_dealer[i])
            state = _STATES[i * 61 % 100]
            yield row(key, "terminal", f"T-{i + 1:07d}", name, dealer, city, state, owner_of(i))

    await db.insert_rows("account", ACCOUNT_COLUMNS, rows())


def _phone(province: Province, number: int) -> str:
    return f"{province.area_code}-{200 + number % 700:03d}-{number * 7919 % 10_000:04d}"


async def _write_details(network: Network) -> None:
    provinces = geography()[1]
    size = network.size

    def address(dealer: int, city: str, number: int) -> str:
        province = provinces[int(network.dealer_province[dealer])]
        return f"{province.name} {city} 중앙로 {number * 17 % 400 + 1}"

    def dealers() -> Iterator[tuple[Any, ...]]:
        for i in range(size.dealers):
            province = provinces[int(network.dealer_province[i])]
            opened = opened_at().date().replace(year=2008 + i % 15)
            place = address(i, network.dealer_city[i], i)
            yield (
                dealer_id(i),
                names.business_number(i),
                opened,
                place,
                _phone(province, i),
                30 + 15 * (i % 3),
                "dealer",
            )

    def outlets() -> Iterator[tuple[Any, ...]]:
        for i in range(size.outlets):
            dealer = int(network.outlet_dealer[i])
            place = address(dealer, network.outlet_city[i], i)
            phone = _phone(provinces[int(network.dealer_province[dealer])], i * 3)
            where = place_of(provinces[int(network.dealer_province[dealer])].code, network.outlet_city[i], i)
            yield outlet_id(network, i), names.business_number(20_000 + i), place, phone, *where

    def terminals() -> Iterator[tuple[Any, ...]]:
        for i in range(size.terminals):
            dealer = int(network.terminal_dealer[i])
            channel = CHANNELS[network.terminal_channel[i]]
            place = address(dealer, network.terminal_city[i], i)
            phone = _phone(provinces[int(network.dealer_province[dealer])], i * 7)
            where = place_of(
                provinces[int(network.dealer_province[dealer])].code, network.terminal_city[i], i
            )
            yield terminal_id(network, i), channel, TRADE_TYPES[channel], place, phone, *where

    dealer_columns = (
        "account business_number opened_on address phone payment_terms_days sell_through_owner"
    ).split()
    await db.insert_rows("dealer", dealer_columns, dealers())
    where = ("latitude_micro", "longitude_micro")
    await db.insert_rows("outlet", ("account", "business_number", "address", "phone", *where), outlets())
    terminal_columns = ("account", "channel", "trade_type", "address", "phone", *where)
    await db.insert_rows("terminal", terminal_columns, terminals())


async def _write_links(network: Network) -> None:
    start = opened_at().date()
    second_start = months()[12].first_on

    def rows() -> Iterator[tuple[Any, ...]]:
        for i, dealer in enumerate(network.outlet_dealer.tolist()):
            yield dealer_id(dealer), outlet_id(network, i), start, True
        for i, dealer in enumerate(network.terminal_dealer.tolist()):
            outlet = int(network.terminal_outlet[i])
            supplier = dealer_id(dealer) if outlet < 0 else outlet_id(network, outlet)
            yield supplier, terminal_id(network, i), start, True
            if network.terminal_second[i] >= 0:
                yield dealer_id(int(network.terminal_second[i])), terminal_id(network, i), second_start, False

    await db.insert_rows("supply_link", ("supplier", "buyer", "from_on", "is_primary"), rows())


async def _write_contacts(network: Network) -> None:
    provinces = geography()[1]
    people = [
        (i + 1, "김대호" if i == STORY_DEALER else names.person_name(i), "", "", "demo-1", opened_at())
        for i in range(network.size.dealers)
    ]
    person_columns = ("id", "name", "mobile", "email", "consent_version", "consented_at")
    await db.insert_rows("person", person_columns, people)
    contacts = [
        (
            dealer_id(i),
            i + 1,
            "대표",
            "decision",
            "dealer",
            _phone(provinces[int(network.dealer_province[i])], i),
            f"owner{i + 1}@dealer.example",
        )
        for i in range(network.size.dealers)
    ]
    contact_columns = ("account", "person", "title", "role", "owner", "work_phone", "work_email")
    await db.insert_rows("contact", contact_columns, contacts)


async def _write_sharing(network: Network) -> None:
    rows = [
        (dealer_id(i), purpose, opened_at(), "2024-10")
        for i in range(network.size.dealers)
        for purpose in _PURPOSES
        if shares(i, purpose)
    ]
    columns = ("dealer", "purpose", "granted_at", "consent_text_version")
    await db.insert_rows("sharing_grant", columns, rows)
