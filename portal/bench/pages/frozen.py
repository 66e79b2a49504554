"""The comparators' template: our own page, frozen, with only the rows, the count and the token left open.

That favours them: no translation, menu, filters or saved views are computed on their side.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from portal.network import words
from portal.web.i18n import in_locale, translate

_TOKEN = re.compile(r'(name="_csrf" value="|name="csrf" content=")[0-9a-f]{64}')
_ROWS = re.compile(r"(<tbody>).*(</tbody>)", re.DOTALL)
_COUNT = re.compile(r"1,000\+")
# What the page of retail points writes for a row; attributes of objects, which those frameworks hand out.
_ROW = """{% for row in rows %}
    <tr>
      <td><a href="/terminals/{{ row.id }}">{{ row.name }}</a>{% if row.is_stub %} <span class="tag tag-mid">{{ incomplete }}</span>{% endif %}</td>
      <td><span class="st st-{{ tones[row.state] }}">{{ states[row.state] }}</span></td>
      <td class="o1 m-hide num">{{ row.code }}</td>
      <td class="m2">{{ row.region.name }}</td>
      <td class="o1 m-hide">{{ row.area }}</td>
      <td class="m2">{% if row.dealer %}<a href="/dealers/{{ row.dealer.id }}">{{ row.dealer.name }}</a>{% endif %}</td>
      <td class="o2 m-hide">{{ channels[row.terminal.channel] }}</td>
      <td class="o2 m-hide">{{ owners[row.owner] }}</td>
      <td class="o2 m-hide num">{{ row.terminal.phone }}</td>
    </tr>
{% endfor %}"""  # noqa: E501  as it stands in the page


def freeze(page: str) -> str:
    """Turn our page of retail points into a Jinja template of ``rows``, ``total``, ``csrf_token`` and words.

    Raises:
        ValueError: The page does not have the places that are left open.
    """
    frame, tokens = tokens_open(page)
    frame, tables = _ROWS.subn(lambda found: f"{found[1]}{_ROW}{found[2]}", frame)
    frame, counts = _COUNT.subn("{{ total }}", frame)
    if not tokens or tables != 1 or not counts:
        raise ValueError(f"not our list page: {tokens} tokens, {tables} tables, {counts} counts")
    return braces_kept(frame)


def tokens_open(page: str) -> tuple[str, int]:
    """Return a page with its CSRF tokens left open and braces put away, and how many tokens there were."""
    return _TOKEN.subn(r"\1{{ csrf_token }}", page.replace("{", "\0").replace("}", "\1"))


def braces_kept(frame: str) -> str:
    """Return a template with the page's own braces back, as texts."""
    return frame.replace("\0", "{{ '{' }}").replace("\1", "{{ '}' }}")


def visible_text(page: str) -> str:
    """Return what a page says, without tags; white space counts once."""
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split())


def frozen_words() -> dict[str, Any]:
    """Return the words the rows are written with, as our Korean page has them."""
    with in_locale("ko"):
        return {
            "states": {str(state): translate(word) for state, word in words.STATES.items()},
            "tones": {str(state): tone for state, tone in words.STATE_TONES.items()},
            "owners": {str(owner): translate(word) for owner, word in words.OWNERS.items()},
            "channels": {channel: translate(word) for channel, word in words.CHANNELS.items()},
            "incomplete": translate("to be completed"),
        }
