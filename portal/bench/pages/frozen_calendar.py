"""The comparators' template of the calendar: our page, frozen; choices, days, count and tokens left open."""

from __future__ import annotations

import re

from portal.bench.pages.frozen import braces_kept, tokens_open
from portal.web.i18n import gettext, in_locale

_CHOICES = re.compile(
    r'(<select class="sel" name="(region|course|lecturer)"[^>]*>'
    r'<option value="">[^<]*</option>).*?(</select>)'
)
_DAYS = re.compile(r"(<tbody>)<tr><td .*(</tbody>)", re.DOTALL)
_COUNT = re.compile(r"\b500(?=\D{1,12}</span>\s*<span class=\"btns\">)")
_TEXT_OF = {"region": "name", "course": "title", "lecturer": "name"}
# What the month writes for a day; attributes of objects, which those frameworks hand out.
_DAY = """{% for week in weeks %}<tr>{% for cell in week %}<td class="{{ 'in' if cell.inside else 'out' }}{{ ' now' if cell.is_today }}{{ ' peak' if cell.is_peak }}{{ ' off' if cell.holiday }}">
<a class="daynum num" href="/training/sessions?view=week&amp;on={{ cell.day.isoformat() }}"{% if cell.is_today %} aria-current="date"{% endif %}><span class="vh">{{ cell.day.year }}. {{ cell.day.month }}. {{ cell.day.day }}.</span><span aria-hidden="true">{{ cell.day.day }}</span></a>{% if cell.holiday %}<span class="hol">{{ cell.holiday }}</span>{% elif cell.is_peak %}<span class="hol">PEAK</span>{% endif %}
{% if cell.entries %}<ul>{% for entry in cell.entries %}<li><a class="ev s-{{ entry.occasion.state }}" href="/training/sessions/{{ entry.id }}"><span class="num">{{ entry.lead }}</span> {{ entry.occasion.title }} <span class="num soft">{{ entry.occasion.seats_taken }}/{{ entry.occasion.seats }}</span></a></li>{% endfor %}</ul>{% endif %}{% if cell.more %}<a class="more sm num" href="/training/sessions?view=week&amp;on={{ cell.day.isoformat() }}">MORE</a>{% endif %}</td>{% endfor %}</tr>{% endfor %}"""  # noqa: E501  as it stands in the page


def freeze_calendar(page: str) -> str:
    """Turn our calendar of a month into a template of ``weeks``, ``count``, ``csrf_token`` and choices.

    The choices are ``regions``, ``courses`` and ``lecturers``.

    Raises:
        ValueError: The page does not have the places that are left open.
    """
    with in_locale("ko"):
        more = gettext("%(count)s more") % {"count": "{{ cell.more }}"}
        day = _DAY.replace("PEAK", gettext("peak")).replace("MORE", more)

    def choices(found: re.Match[str]) -> str:
        option = f'<option value="{{{{ one.id }}}}">{{{{ one.{_TEXT_OF[found[2]]} }}}}</option>'
        return f"{found[1]}{{% for one in {found[2]}s %}}{option}{{% endfor %}}{found[3]}"

    frame, tokens = tokens_open(page)
    frame, selects = _CHOICES.subn(choices, frame)
    frame, tables = _DAYS.subn(lambda found: f"{found[1]}{day}{found[2]}", frame)
    frame, counts = _COUNT.subn("{{ count }}", frame)
    if not tokens or (selects, tables, counts) != (3, 1, 1):
        raise ValueError(f"not our calendar: {tokens} tokens, {selects}, {tables}, {counts} places")
    return braces_kept(frame)
