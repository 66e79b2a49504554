"""Plans printed by the pool against WeasyPrint as one would call it: one by one, everything set up each time.

Both sides print the same plans with the same fonts in processes of their own. The plain side has the template
anyone would write (``plain_plan.html``: an element for each stop, terms on each line, fonts named by the
stylesheet); it is measured on ``PLAIN`` plans and counted up. A run again prints what changed and takes the
rest over by its key.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portal.assets.fonts import FACES, FAMILY
from portal.web.i18n import in_locale, translate
from portal.web.printing.cache import cache_key
from portal.web.printing.environment import environment
from portal.web.printing.formats import Formats
from portal.web.printing.paper_bundle import PaperBundle
from portal.web.printing.plan import (
    STYLESHEET,
    PaperCell,
    PaperLine,
    PaperMonth,
    PlanDocument,
    plan_metadata,
    render_plan,
)
from portal.web.printing.pool import PrintPool
from portal.web.printing.process import fontconfig_of
from portal.web.printing.typeface import Typeface

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.web.printing.pool import PrintEngine

HERE = Path(__file__).parent
PLANS, PLAIN = 40, 10
"""Plans our side prints, and plans the plain side prints before it is counted up."""
CHANGED_PERCENT = 5
LOCALE = "ko"
ONE_BY_ONE = "WeasyPrint one by one"
_NAMES = ("한빛호프", "대청마트", "은하수식당", "봉명동 골목집", "Riverside Pub & Grill", "삼거리슈퍼")
_WEEKS, _LINES, _MONTHS = 5, 110, 2


def bench_print(plans: int = 0, plain: int = PLAIN) -> list[dict[str, Any]]:
    """Print plans on both sides and return the ratios.

    Args:
        plans: Plans our side prints, 20 or more, so that some of them change; 0 = ``BENCH_PLANS`` of the
            environment, or ``PLANS``.
        plain: Plans the plain side prints.
    """
    plans = plans or int(os.environ.get("BENCH_PLANS", PLANS))
    documents = [_document(number) for number in range(plans)]
    with tempfile.TemporaryDirectory() as folder, PrintPool() as pool:
        engine = pool.engine()
        _print_all(pool, documents[: pool.size], engine, PaperBundle(Path(folder), "warm"))
        pages = [_plain_html(one) for one in documents[:plain]]
        before = _plain_seconds(pages[::2], Path(folder))  # half before and half after: loads come and go
        ours, printed = _print_all(pool, documents, engine, PaperBundle(Path(folder), "plans"))
        changed = [
            replace(one, more="다음 10곳은 방문 25회가 더 필요합니다.")
            if number * CHANGED_PERCENT % 100 < CHANGED_PERCENT
            else one
            for number, one in enumerate(documents)
        ]
        each = (before + _plain_seconds(pages[1::2] or pages, Path(folder))) / 2
        again, fresh = _print_all(pool, changed, engine, PaperBundle(Path(folder), "plans"))
    if printed != plans or not 0 < fresh < plans:
        raise RuntimeError(f"{printed} of {plans} printed, {fresh} printed again")
    return [
        _row("print.plans", each * plans / ours, ours, plans),
        _row("print.again", each * plans / again, again, plans),
    ]


def _row(name: str, ratio: float, seconds: float, n: int) -> dict[str, Any]:
    return {"name": name, "against": ONE_BY_ONE, "ratio": ratio, "seconds": seconds, "n": n}


def _print_all(
    pool: PrintPool, documents: Sequence[PlanDocument], engine: PrintEngine, bundle: PaperBundle
) -> tuple[float, int]:
    """Print what is not in the bundle yet; return seconds and how many were printed."""
    started = time.perf_counter()
    bundle.begin(0)

    def print_one(document: PlanDocument) -> tuple[str, str, bool]:
        key = cache_key("plan", document, LOCALE, engine)
        name = f"{document.verify_url.rsplit('/', 1)[-1]}.pdf"
        if bundle.has(key):
            return name, key, False
        with in_locale(LOCALE):
            about = plan_metadata(document, LOCALE)
        bundle.keep(key, pool.render_now(_html(document), STYLESHEET, about).pdf)
        return name, key, True

    with ThreadPoolExecutor(pool.size) as threads:
        done = list(threads.map(print_one, documents))
    bundle.note([(name, key) for name, key, _ in done])
    bundle.pack()
    return time.perf_counter() - started, sum(is_new for _, _, is_new in done)


def _html(document: PlanDocument) -> str:
    with in_locale(LOCALE):
        return render_plan(document, LOCALE)


def _plain_html(document: PlanDocument) -> str:
    text = (HERE / "plain_plan.html").read_text(encoding="utf-8")
    with in_locale(LOCALE):
        formats = Formats(LOCALE, document.zone, "KRW", 0)
        template = environment(LOCALE).from_string(text)
        return template.render(d=document, f=formats, locale=LOCALE, _=translate)


def _plain_style(fonts: Typeface) -> str:
    faces = "".join(
        f'@font-face {{ font-family: "{FAMILY}"; font-weight: {face.weight};'
        f" src: url({(fonts.folder / face.file_name).as_uri()}) }}\n"
        for face in FACES
    )
    return faces + (HERE / "plain_plan.css").read_text(encoding="utf-8")


_PLAIN_SIDE = """
import sys, time
import weasyprint
from weasyprint.text.fonts import FontConfiguration
pages = open(sys.argv[1], encoding="utf-8").read().split("\\0")
style = open(sys.argv[2], encoding="utf-8").read()
def print_one(page):
    fonts = FontConfiguration()
    sheet = weasyprint.CSS(string=style, font_config=fonts)
    weasyprint.HTML(string=page).write_pdf(stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/ua-1")
print_one(pages[0])
started = time.perf_counter()
for page in pages:
    print_one(page)
print((time.perf_counter() - started) / len(pages))
"""


def _plain_seconds(pages: Sequence[str], folder: Path) -> float:
    """Return the seconds of one plan on the plain side, in one process after a first plan."""
    source, style, fonts = folder / "pages.txt", folder / "plain.css", folder / "fonts.conf"
    source.write_text("\0".join(pages), encoding="utf-8")
    style.write_text(_plain_style(Typeface()), encoding="utf-8")
    fonts.write_text(fontconfig_of(Typeface().folders, folder), encoding="utf-8")
    done = subprocess.run(  # noqa: S603  our own code, no text from outside
        [sys.executable, "-c", _PLAIN_SIDE, str(source), str(style)],
        env={**os.environ, "FONTCONFIG_FILE": str(fonts)},
        capture_output=True,
        check=True,
        text=True,
    )
    return float(done.stdout)


def _document(number: int) -> PlanDocument:
    """Return a made-up plan of two people with a full calendar and a hundred lines: about six pages."""
    months = tuple(
        PaperMonth(f"담당 {person}", "방문 96회 · 가동률 91.2%", _weeks(number + person))
        for person in range(_MONTHS)
    )
    lines = tuple(
        PaperLine(
            f"{_NAMES[(number + at) % len(_NAMES)]} {at}", f"T-{number:04}{at:03}", f"담당 {at % _MONTHS}",
            ("PI", "PII", "PIII", "PIV")[at % 4], 900 - at, f"{1 + at % 4}/4",
            "계획에 포함: 요청한 방문 4회를 모두 넣었습니다.", "방문 횟수 · 방문 기록", at % 9 == 0,
        )
        for at in range(_LINES)
    )  # fmt: skip
    return PlanDocument(
        manufacturer="한빛음료", title="2026년 12월", place=f"대리점 {number}", state="승인", people="담당자",
        figures=(("방문 점포수", "110"), ("방문 횟수", "192"), ("인력일수", "44"), ("가동률", "91.2%"),
                 ("동선 길이", "82.4%")),
        more="다음 10곳은 방문 24회, 최소 12.5시간이 더 필요합니다.", months=months, lines=lines, omitted=0,
        reasons=(("계획에 포함", 110), ("제외: 여유 없음", 40), ("제외: 위치 모름", 3)),
        signatures=(("작성", "이수민"), ("권역 관리자", "")), weekdays=tuple("월화수목금토일"),
        sha256=f"{number:064x}", as_of=datetime(2026, 11, 20, 3, tzinfo=UTC),
        verify_url=f"https://portal.example/plans/{number}",
    )  # fmt: skip


def _weeks(seed: int) -> tuple[tuple[PaperCell, ...], ...]:
    def cell(day: int) -> PaperCell:
        if not 1 <= day <= 31:  # noqa: PLR2004  days of a month
            return PaperCell(0)
        if day % 7 in (5, 6):
            return PaperCell(day)
        stops = tuple(f"{_NAMES[(seed + day + at) % len(_NAMES)]} {day * at % 97}" for at in range(9))
        return PaperCell(day, "", True, "431/480", False, stops, day % 3)  # noqa: FBT003  as in the document

    return tuple(tuple(cell(7 * week + day) for day in range(7)) for week in range(_WEEKS))
