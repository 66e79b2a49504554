"""Tables of what is taught: curricula, courses, modules with materials and questions; lecturers; venues.

Nothing is deleted: what is no longer used is archived, because sessions, answers and certificates
point at it.
Money is in minor units, shares in basis points.
"""

from __future__ import annotations

from piccolo.columns import (
    BigInt,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    Serial,
    SmallInt,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from portal.db.metadata import Index
from portal.files.tables import StoredFile


class Curriculum(Table, tablename="curriculum"):
    """A path of courses, such as the training of dealers."""

    id = Serial(primary_key=True)
    title = Varchar(length=120)
    title_en = Varchar(length=120, default="")
    aims = Varchar(length=1000, default="")
    version = Integer(default=1)
    archived_at = Timestamptz(null=True, default=None)
    created_by_user_id = BigInt()
    created_at = Timestamptz()


class Course(Table, tablename="course"):
    """Something taught in one session."""

    id = Serial(primary_key=True)
    curriculum = ForeignKey(Curriculum, null=False, index=True, on_delete=OnDelete.restrict)
    title = Varchar(length=120)
    title_en = Varchar(length=120, default="")
    aims = Varchar(length=1000, default="")
    version = Integer(default=1)
    archived_at = Timestamptz(null=True, default=None)
    created_by_user_id = BigInt()
    created_at = Timestamptz()


class CoursePassMark(Table, tablename="course_pass_mark"):
    """The share of right answers that passes a course's test from a day on; the newest day before counts."""

    id = Serial(primary_key=True)
    course = ForeignKey(Course, null=False, on_delete=OnDelete.restrict)
    from_on = Date()
    pass_bp = Integer()
    reason = Varchar(length=200, default="")
    by_user_id = BigInt()
    at = Timestamptz()

    unique_day = Unique(["course", "from_on"])
    share_bounded = Check("pass_bp between 0 and 10000")


class CourseModule(Table, tablename="course_module"):
    """A part of a course with a length of its own."""

    id = Serial(primary_key=True)
    course = ForeignKey(Course, null=False, on_delete=OnDelete.restrict)
    position = SmallInt()
    title = Varchar(length=120)
    title_en = Varchar(length=120, default="")
    aims = Varchar(length=1000, default="")
    minutes = SmallInt()
    archived_at = Timestamptz(null=True, default=None)

    length_sensible = Check("minutes between 5 and 960")
    ix_course = Index(("course", "position", "id"))


class CourseMaterial(Table, tablename="course_material"):
    """A file of a module; ``for_dealers`` opens it to those who take part."""

    id = Serial(primary_key=True)
    module = ForeignKey(CourseModule, null=False, index=True, on_delete=OnDelete.restrict)
    file = ForeignKey(StoredFile, null=False, on_delete=OnDelete.restrict)
    name = Varchar(length=120)
    size_bytes = BigInt()
    media_type = Varchar(length=80)
    for_dealers = Boolean(default=True)
    by_user_id = BigInt()
    at = Timestamptz()
    removed_at = Timestamptz(null=True, default=None)


class CourseQuestion(Table, tablename="course_question"):
    """A question of a course's tests; once somebody answered it only its archiving changes."""

    id = Serial(primary_key=True)
    course = ForeignKey(Course, null=False, on_delete=OnDelete.restrict)
    module = ForeignKey(CourseModule, null=True, default=None, on_delete=OnDelete.restrict)
    position = SmallInt()
    text = Varchar(length=400)
    text_en = Varchar(length=400, default="")
    in_pre = Boolean(default=True)
    in_post = Boolean(default=True)
    archived_at = Timestamptz(null=True, default=None)

    used_somewhere = Check("in_pre or in_post")
    ix_course = Index(("course", "position", "id"))


class CourseChoice(Table, tablename="course_choice"):
    """A choice of a question; exactly one of a question's choices is right."""

    id = Serial(primary_key=True)
    question = ForeignKey(CourseQuestion, null=False, on_delete=OnDelete.restrict)
    position = SmallInt()
    text = Varchar(length=200)
    text_en = Varchar(length=200, default="")
    is_right = Boolean(default=False)

    ix_question = Index(("question", "position", "id"))


class Lecturer(Table, tablename="lecturer"):
    """A professor or a leader of the company; ``fee_minor`` is for a day."""

    id = Serial(primary_key=True)
    kind = Varchar(length=10)
    name = Varchar(length=80)
    name_en = Varchar(length=80, default="")
    organisation = Varchar(length=120, default="")
    title = Varchar(length=80, default="")
    cv = Varchar(length=4000, default="")
    fee_minor = BigInt(default=0)
    email = Varchar(length=120, default="")
    phone = Varchar(length=40, default="")
    version = Integer(default=1)
    archived_at = Timestamptz(null=True, default=None)
    created_by_user_id = BigInt()
    created_at = Timestamptz()

    kind_known = Check("kind in ('professor', 'leader')")
    fee_positive = Check("fee_minor >= 0")


class LecturerAway(Table, tablename="lecturer_away"):
    """Days on which a lecturer cannot come, both inclusive."""

    id = Serial(primary_key=True)
    lecturer = ForeignKey(Lecturer, null=False, on_delete=OnDelete.cascade)
    from_on = Date()
    to_on = Date()
    reason = Varchar(length=200, default="")

    days_ordered = Check("to_on >= from_on")
    ix_lecturer = Index(("lecturer", "from_on"))


class Venue(Table, tablename="venue"):
    """A place with rooms; ``day_minor`` is its price for a day."""

    id = Serial(primary_key=True)
    name = Varchar(length=120)
    name_en = Varchar(length=120, default="")
    address = Varchar(length=200, default="")
    contact = Varchar(length=200, default="")
    note = Varchar(length=1000, default="")
    day_minor = BigInt(default=0)
    version = Integer(default=1)
    archived_at = Timestamptz(null=True, default=None)
    created_by_user_id = BigInt()
    created_at = Timestamptz()

    price_positive = Check("day_minor >= 0")


class VenueRoom(Table, tablename="venue_room"):
    """A room and how many heads fit in."""

    id = Serial(primary_key=True)
    venue = ForeignKey(Venue, null=False, index=True, on_delete=OnDelete.restrict)
    name = Varchar(length=80)
    capacity = SmallInt()
    archived_at = Timestamptz(null=True, default=None)

    capacity_sensible = Check("capacity >= 1")
