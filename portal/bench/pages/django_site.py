"""The list page and the calendar in Django: its ORM, sessions in the database, CSRF, Jinja2, under WSGI.

Environment: ``BENCH_DATABASE`` (URL), ``BENCH_TEMPLATES`` (folder of ``page.html``, ``words.json``
and ``calendar.html``). Run
as a program it makes the session table and a session, and prints the cookie.
"""

# ruff: noqa: D106, DJ008  models of a bench: never printed, and what Meta is Django says
from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection, models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from portal.bench.pages.grid import days_of, instants_of, month_grid

TEMPLATES = Path(os.environ["BENCH_TEMPLATES"])
COUNT_CAP = 1000
CALENDAR_MOST = 1000


def _database(url: str) -> dict[str, Any]:
    kept = {"CONN_MAX_AGE": None}
    if url.startswith("sqlite:///"):
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": url.removeprefix("sqlite:///"), **kept}
    parts = urlsplit(url)
    host = parts.hostname or parse_qs(parts.query)["host"][0]
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path[1:],
        "USER": parts.username or "",
        "PASSWORD": parts.password or "",
        "HOST": host,
        "PORT": parts.port or "",
        **kept,
    }


settings.configure(
    DEBUG=False,
    SECRET_KEY="bench " * 10,
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DATABASES={"default": _database(os.environ["BENCH_DATABASE"])},
    INSTALLED_APPS=["django.contrib.sessions", "portal.bench.pages"],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    TEMPLATES=[{"BACKEND": "django.template.backends.jinja2.Jinja2", "DIRS": [TEMPLATES]}],
)
django.setup()


class _Table(models.Model):
    class Meta:
        abstract = True
        app_label = "pages"
        managed = False


class User(_Table):
    """A person who signs in."""

    login = models.TextField()
    name = models.TextField()

    class Meta(_Table.Meta):
        db_table = "login_user"


class Region(_Table):
    """A node of the region tree."""

    name = models.TextField()
    path = models.TextField()

    class Meta(_Table.Meta):
        db_table = "region"


class Account(_Table):
    """A dealer, outlet or retail point."""

    kind = models.TextField()
    code = models.TextField()
    name = models.TextField()
    area = models.TextField()
    state = models.TextField()
    owner = models.TextField()
    is_stub = models.BooleanField()
    region = models.ForeignKey(Region, models.DO_NOTHING, db_column="region", null=True)
    dealer = models.ForeignKey("self", models.DO_NOTHING, db_column="dealer", null=True, related_name="+")
    merged_into = models.ForeignKey(
        "self", models.DO_NOTHING, db_column="merged_into", null=True, related_name="+"
    )

    class Meta(_Table.Meta):
        db_table = "account"


class Terminal(_Table):
    """What only a retail point has."""

    account = models.OneToOneField(Account, models.DO_NOTHING, db_column="account", primary_key=True)
    channel = models.TextField()
    phone = models.TextField()

    class Meta(_Table.Meta):
        db_table = "terminal"


class SharingGrant(_Table):
    """What a dealer opened to the manufacturer."""

    dealer = models.BigIntegerField()
    purpose = models.TextField()
    revoked_at = models.DateTimeField(null=True)

    class Meta(_Table.Meta):
        db_table = "sharing_grant"


class Occasion(_Table):
    """When something happens, for whom and with how many seats."""

    state = models.TextField()
    title = models.TextField()
    place = models.TextField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    seats = models.IntegerField()
    seats_taken = models.IntegerField()
    region = models.ForeignKey(Region, models.DO_NOTHING, db_column="region", null=True)

    class Meta(_Table.Meta):
        db_table = "occasion"


class Curriculum(_Table):
    """A path of courses."""

    title = models.TextField()
    archived_at = models.DateTimeField(null=True)

    class Meta(_Table.Meta):
        db_table = "curriculum"


class Course(_Table):
    """What is taught in a session."""

    title = models.TextField()
    curriculum = models.ForeignKey(Curriculum, models.DO_NOTHING, db_column="curriculum")
    archived_at = models.DateTimeField(null=True)

    class Meta(_Table.Meta):
        db_table = "course"


class Lecturer(_Table):
    """Somebody who teaches."""

    name = models.TextField()
    archived_at = models.DateTimeField(null=True)

    class Meta(_Table.Meta):
        db_table = "lecturer"


class TrainingSession(_Table):
    """A course on days of the calendar."""

    occasion = models.OneToOneField(Occasion, models.DO_NOTHING, db_column="occasion")

    class Meta(_Table.Meta):
        db_table = "training_session"


class Holiday(_Table):
    """A day on which nobody works."""

    day_on = models.DateField()
    name = models.TextField()

    class Meta(_Table.Meta):
        db_table = "holiday"


class Season(_Table):
    """A season of a region and a category."""

    kind = models.TextField()
    state = models.TextField()
    category = models.TextField()
    region = models.ForeignKey(Region, models.DO_NOTHING, db_column="region", null=True)
    from_on = models.DateField()
    until_on = models.DateField()

    class Meta(_Table.Meta):
        db_table = "season"


def _visible() -> models.QuerySet[Account]:
    shared = SharingGrant.objects.filter(
        dealer=models.OuterRef("dealer"), purpose="terminals", revoked_at__isnull=True
    )
    return Account.objects.filter(kind="terminal", merged_into__isnull=True).filter(
        models.Q(owner="manufacturer") | models.Exists(shared)
    )


def retail_points(request: HttpRequest) -> HttpResponse:
    """Show the first page of retail points to the person of the session."""
    user = User.objects.filter(id=request.session.get("user")).first()
    if user is None:
        return HttpResponse(status=401)
    seen = _visible()
    total = seen[: COUNT_CAP + 1].count()
    rows = seen.select_related("region", "dealer", "terminal").order_by("name", "id")[:51]
    shown = f"{COUNT_CAP:,}+" if total > COUNT_CAP else str(total)
    return render(request, "page.html", {**WORDS, "rows": rows[:50], "total": shown})


def calendar(request: HttpRequest) -> HttpResponse:
    """Show a month of training sessions to the person of the session."""
    user = User.objects.filter(id=request.session.get("user")).first()
    if user is None:
        return HttpResponse(status=401)
    on = dt.date.fromisoformat(request.GET["on"])
    weeks = days_of(on)
    starts, ends = instants_of(weeks)
    sessions = (
        TrainingSession.objects.filter(occasion__starts_at__lt=ends, occasion__ends_at__gt=starts)
        .select_related("occasion__region")
        .only(
            "occasion__state", "occasion__title", "occasion__place", "occasion__starts_at",
            "occasion__ends_at", "occasion__seats", "occasion__seats_taken", "occasion__region__name",
        )
        .order_by("occasion__starts_at", "id")[:CALENDAR_MOST]
    )  # fmt: skip
    first, last = weeks[0][0], weeks[-1][-1]
    holidays = dict(Holiday.objects.filter(day_on__range=(first, last)).values_list("day_on", "name"))
    peaks = list(
        Season.objects.filter(
            kind="peak", region__isnull=True, category="", from_on__lte=last, until_on__gt=first
        )
        .exclude(state="draft")
        .values_list("from_on", "until_on")
    )
    courses = Course.objects.filter(archived_at__isnull=True, curriculum__archived_at__isnull=True)
    context = {
        "weeks": month_grid(on, weeks, sessions, holidays, peaks),
        "count": len(sessions),
        "regions": sorted(Region.objects.only("name", "path"), key=lambda one: one.path.split("/")),
        "courses": courses.only("title").order_by("curriculum__title", "title", "id"),
        "lecturers": Lecturer.objects.filter(archived_at__isnull=True).only("name").order_by("name", "id"),
    }
    return render(request, "calendar.html", context)


WORDS = json.loads((TEMPLATES / "words.json").read_text(encoding="utf-8"))
urlpatterns = [path("terminals/", retail_points), path("training/sessions", calendar)]
application = WSGIHandler()


def main() -> None:
    """Make the session table and a session for the administrator; print the cookie."""
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415  needs the setup above
    from django.contrib.sessions.models import Session  # noqa: PLC0415  as above

    with connection.schema_editor() as editor:
        editor.create_model(Session)
    session = SessionStore()
    session["user"] = User.objects.get(login="admin").id
    session.create()
    print(f"sessionid={session.session_key}")  # noqa: T201  the answer of this program


if __name__ == "__main__":
    main()
