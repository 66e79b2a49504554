"""Letters that identity sends, in the language of the person who gets them."""

from __future__ import annotations

_RESET = {
    "ko": (
        "비밀번호 재설정 안내",
        """아래 주소에서 새 비밀번호를 정할 수 있습니다. {minutes}분 동안 한 번만 쓸 수 있습니다.

{link}

직접 요청하지 않았다면 이 메일을 무시하셔도 됩니다. 비밀번호는 바뀌지 않습니다.
""",
    ),
    "en": (
        "Set a new password",
        """Open this address to set a new password. It works once, within {minutes} minutes.

{link}

If you did not ask for this, you can ignore this letter; your password stays as it is.
""",
    ),
}


def reset_letter(locale: str, link: str, minutes: int) -> tuple[str, str]:
    """Return subject and text of the letter with the link that sets a new password."""
    subject, text = _RESET.get(locale, _RESET["en"])
    return subject, text.format(link=link, minutes=minutes)
