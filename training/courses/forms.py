"""Forms of courses, lecturers and venues: text in, commands out, every problem at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from training.courses.commands import (
    AwayCommand,
    ChoiceCommand,
    CourseCommand,
    CurriculumCommand,
    LecturerCommand,
    MaterialCommand,
    ModuleCommand,
    PassMarkCommand,
    QuestionCommand,
    RoomCommand,
    VenueCommand,
)
from training.courses.model import (
    ADDRESS_MAX,
    AIMS_MAX,
    CAPACITY_MOST,
    CHOICE_MAX,
    CHOICES_LEAST,
    CHOICES_MOST,
    CV_MAX,
    EMAIL_MAX,
    FEE_MOST,
    MINUTES_LEAST,
    MINUTES_MOST,
    NAME_MAX,
    NOTE_MAX,
    ORGANISATION_MAX,
    PHONE_MAX,
    QUESTION_MAX,
    REASON_MAX,
    TITLE_MAX,
    LecturerKind,
)

if TYPE_CHECKING:
    from portal.web.forms import FormReader

ID_MOST = 2**31 - 1
MEGABYTE = 1024 * 1024
PERCENT_BP = 100
_PERCENT_MOST = 100
RIGHT = "*"
"""Mark before the right choice of a question."""

# Ending of a file → its media type; what is not here is refused.
MATERIALS = {
    "pdf": "application/pdf",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "png": "image/png",
    "jpg": "image/jpeg",
    "txt": "text/plain",
    "zip": "application/zip",
}
# Ending → the first bytes of such a file; text has none.
_BEGINNINGS = {
    "pdf": b"%PDF-", "pptx": b"PK", "docx": b"PK", "xlsx": b"PK", "zip": b"PK", "png": b"\x89PNG",
    "jpg": b"\xff\xd8", "txt": b"",
}  # fmt: skip


def read_curriculum(form: FormReader) -> CurriculumCommand:
    """Read titles and aims.

    Raises:
        Invalid: With everything found wrong.
    """
    command = CurriculumCommand(*_titles(form))
    form.check()
    return command


def _titles(form: FormReader) -> tuple[str, str, str]:
    return (
        form.text("title", longest=TITLE_MAX),
        form.text("title_en", longest=TITLE_MAX, shortest=0),
        form.text("aims", longest=AIMS_MAX, shortest=0, lines=True),
    )


def read_course(form: FormReader) -> CourseCommand:
    """Read a course's curriculum, titles and aims.

    Raises:
        Invalid: With everything found wrong.
    """
    command = CourseCommand(form.integer("curriculum", least=1, most=ID_MOST), *_titles(form))
    form.check()
    return command


def read_pass_mark(form: FormReader) -> PassMarkCommand:
    """Read from when on which percentage passes.

    Raises:
        Invalid: With everything found wrong.
    """
    command = PassMarkCommand(
        from_on=form.date("from_on"),
        pass_bp=form.integer("pass_percent", most=_PERCENT_MOST) * PERCENT_BP,
        reason=form.text("reason", longest=REASON_MAX, shortest=0),
    )
    form.check()
    return command


def read_module(form: FormReader) -> ModuleCommand:
    """Read a module's titles, aims and length.

    Raises:
        Invalid: With everything found wrong.
    """
    minutes = form.integer("minutes", least=MINUTES_LEAST, most=MINUTES_MOST)
    command = ModuleCommand(*_titles(form), minutes)
    form.check()
    return command


async def read_material(form: FormReader, most_bytes: int) -> MaterialCommand:
    """Read a file: its ending must be known and its beginning fit the ending.

    Raises:
        Invalid: There is none, or it is too large or of another kind.
    """
    upload = form.files.get("file")
    content = await upload.read(most_bytes + 1) if upload else b""
    name = "".join(c for c in (upload.filename if upload else "") if c.isprintable() and c not in '/\\"')
    ending = name.rpartition(".")[2].lower().replace("jpeg", "jpg")
    if not content:
        form.refuse("file", "Please choose a file.")
    elif len(content) > most_bytes:
        form.refuse("file", "The file is larger than %(megabytes)s MB.", megabytes=most_bytes // MEGABYTE)
    elif ending not in MATERIALS or not content.startswith(_BEGINNINGS[ending]):
        form.refuse("file", "Please choose a PDF, an Office file, a picture, a text or a ZIP.")
    form.check()
    stem = name.rpartition(".")[0][: TITLE_MAX - 6] or "material"
    return MaterialCommand(f"{stem}.{ending}", MATERIALS[ending], content, form.flag("for_dealers"))


def read_question(form: FormReader) -> QuestionCommand:
    """Read a question with its choices, one a line: ``*`` before the right one, English after a bar.

    Raises:
        Invalid: With everything found wrong.
    """
    in_pre, in_post = form.flag("in_pre"), form.flag("in_post")
    if not (in_pre or in_post):
        form.refuse("in_pre", "A question belongs to the test before, the test after, or both.")
    command = QuestionCommand(
        text=form.text("text", longest=QUESTION_MAX, lines=True),
        text_en=form.text("text_en", longest=QUESTION_MAX, shortest=0, lines=True),
        module_id=form.optional_integer("module", least=1, most=ID_MOST),
        in_pre=in_pre,
        in_post=in_post,
        choices=_choices(form),
    )
    form.check()
    return command


def _choices(form: FormReader) -> tuple[ChoiceCommand, ...]:
    longest = CHOICES_MOST * (2 * CHOICE_MAX + 6)
    lines = [line.strip() for line in form.text("choices", longest=longest, lines=True).splitlines()]
    found = []
    for line in filter(None, lines):
        is_right = line.startswith(RIGHT)
        korean, _, english = (part.strip() for part in line.removeprefix(RIGHT).partition("|"))
        if not korean or max(len(korean), len(english)) > CHOICE_MAX:
            form.refuse(
                "choices", "Each line is one choice of at most %(count)s characters.", count=CHOICE_MAX
            )
        found.append(ChoiceCommand(korean, english, is_right))
    if not CHOICES_LEAST <= len(found) <= CHOICES_MOST:
        form.refuse("choices", "From %(least)s to %(most)s choices, please.", least=CHOICES_LEAST,
                    most=CHOICES_MOST)  # fmt: skip
    elif sum(choice.is_right for choice in found) != 1:
        form.refuse("choices", "Please put * before the one right choice.")
    elif len({choice.text for choice in found}) < len(found):
        form.refuse("choices", "A choice is named twice.")
    return tuple(found)


def read_lecturer(form: FormReader) -> LecturerCommand:
    """Read a lecturer.

    Raises:
        Invalid: With everything found wrong.
    """
    command = LecturerCommand(
        kind=form.member("kind", LecturerKind),
        name=form.text("name", longest=NAME_MAX),
        name_en=form.text("name_en", longest=NAME_MAX, shortest=0),
        organisation=form.text("organisation", longest=ORGANISATION_MAX, shortest=0),
        title=form.text("title", longest=NAME_MAX, shortest=0),
        cv=form.text("cv", longest=CV_MAX, shortest=0, lines=True),
        fee_minor=form.optional_integer("fee", most=FEE_MOST) or 0,
        email=form.email("email") if len(form.values.get("email", "")) <= EMAIL_MAX else "",
        phone=form.text("phone", longest=PHONE_MAX, shortest=0),
    )
    if len(form.values.get("email", "")) > EMAIL_MAX:
        form.refuse("email", "At most %(count)s characters, please.", count=EMAIL_MAX)
    form.check()
    return command


def read_away(form: FormReader) -> AwayCommand:
    """Read the days somebody is away.

    Raises:
        Invalid: With everything found wrong.
    """
    command = AwayCommand(
        form.date("from_on"), form.date("to_on"), form.text("reason", longest=REASON_MAX, shortest=0)
    )
    if not form.problems and command.to_on < command.from_on:
        form.refuse("to_on", "The last day is not before the first.")
    form.check()
    return command


def read_venue(form: FormReader) -> VenueCommand:
    """Read a venue.

    Raises:
        Invalid: With everything found wrong.
    """
    command = VenueCommand(
        name=form.text("name", longest=TITLE_MAX),
        name_en=form.text("name_en", longest=TITLE_MAX, shortest=0),
        address=form.text("address", longest=ADDRESS_MAX, shortest=0),
        contact=form.text("contact", longest=ADDRESS_MAX, shortest=0),
        note=form.text("note", longest=NOTE_MAX, shortest=0, lines=True),
        day_minor=form.optional_integer("day_price", most=FEE_MOST) or 0,
    )
    form.check()
    return command


def read_room(form: FormReader) -> RoomCommand:
    """Read a room.

    Raises:
        Invalid: With everything found wrong.
    """
    command = RoomCommand(
        form.text("name", longest=NAME_MAX), form.integer("capacity", least=1, most=CAPACITY_MOST)
    )
    form.check()
    return command
