"""The asset build: copy, subset and hash front-end files; make print fonts; compile message catalogues.

``python -m portal.assets.build`` writes ``portal/static/build/`` and ``portal/locale/**/messages.mo``, both
outside of version control, and skips what is current. Third-party files come from npm by the lock file.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages.catalog import Message

HERE = Path(__file__).parent
PORTAL = HERE.parent
SOURCE = PORTAL / "static" / "src"
OUT = PORTAL / "static" / "build"
MODULES = HERE / "node_modules"
LOCALE = PORTAL / "locale"
# Name in the manifest: file below node_modules.
_VENDORED = {"htmx.js": "htmx.org/dist/htmx.min.js"}
_HASH_LENGTH = 10
# Lines of a script that are only a comment: a third of what a phone would load of some of ours.
_WHOLE_LINES = re.compile(rb"^[ \t]*//.*\n", re.MULTILINE)
_HEADER = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    '"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
)


class BuildError(RuntimeError):
    """The build cannot go on; the message says what to do."""


def install_packages() -> None:
    """Bring node_modules to what the lock file says; nothing to do when it is already.

    Raises:
        BuildError: npm is missing or failed.
    """
    lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    stamp = MODULES / ".lock-sha256"
    if stamp.exists() and stamp.read_text(encoding="ascii") == lock:
        return
    npm = shutil.which("npm")
    if npm is None:
        raise BuildError("npm is needed to build the front-end files: install Node.js, or run ./dev assets")
    result = subprocess.run(  # noqa: S603  a fixed command
        [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=HERE,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        raise BuildError(f"npm ci failed:\n{result.stdout}{result.stderr}")
    stamp.write_text(lock, encoding="ascii")


def icon_sprite() -> str:
    """Return one SVG with a symbol for each icon named in ``icons.txt``.

    Raises:
        BuildError: The icon set has no icon of a name.
    """
    symbols = []
    for name in (HERE / "icons.txt").read_text(encoding="utf-8").split():
        path = MODULES / "@tabler/icons/icons/outline" / f"{name}.svg"
        if not path.exists():
            raise BuildError(f"icons.txt: the icon set has no {name!r}")
        inside = re.search(r"<svg[^>]*>(.*)</svg>", path.read_text(encoding="utf-8"), re.DOTALL)
        body = re.sub(r"\s+", " ", inside.group(1)).strip() if inside else ""
        symbols.append(
            f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75"'
            f' stroke-linecap="round" stroke-linejoin="round">{body}</symbol>'
        )
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>'


def hashed_name(name: str, content: bytes) -> str:
    """Return the file name with the start of its content's SHA-256."""
    stem, dot, ending = name.rpartition(".")
    return f"{stem}.{hashlib.sha256(content).hexdigest()[:_HASH_LENGTH]}{dot}{ending}"


def build_files() -> dict[str, str]:
    """Write every front-end file under its hashed name and return the manifest; stale files go."""
    contents = {
        path.name: _WHOLE_LINES.sub(b"", path.read_bytes()) if path.suffix == ".js" else path.read_bytes()
        for path in sorted(SOURCE.iterdir())
        if path.is_file()
    }
    contents["icons.svg"] = icon_sprite().encode()
    for name, place in _VENDORED.items():
        contents[name] = (MODULES / place).read_bytes()
    OUT.mkdir(parents=True, exist_ok=True)
    manifest = {name: hashed_name(name, content) for name, content in contents.items()}
    for name, content in contents.items():
        (OUT / manifest[name]).write_bytes(content)
    for path in OUT.iterdir():
        if path.is_file() and path.name not in {*manifest.values(), "manifest.json"}:
            path.unlink()
    (OUT / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True), encoding="utf-8")
    return manifest


def translations(folder: Path) -> Iterator[tuple[str, Message]]:
    """Yield the translated messages of a locale's parts with the name of their part, by name of the part."""
    for part in sorted((folder / "parts").glob("*.po")):
        for message in read_po((_HEADER + part.read_text(encoding="utf-8")).splitlines()):
            if message.id and any(message.string):
                yield part.name, message


def build_messages() -> int:
    """Merge the parts of each locale into one catalogue, compile it and return how many sentences it holds.

    Where two parts translate one sentence the first by name stands; a test refuses parts that disagree.
    """
    count = 0
    for folder in sorted(LOCALE.glob("*/LC_MESSAGES")):
        merged = read_po(_HEADER.splitlines())
        known = set()
        for _, message in translations(folder):
            if (message.id, message.context) not in known:
                known.add((message.id, message.context))
                merged.add(message.id, message.string, context=message.context)
        with (folder / "messages.mo").open("wb") as target:
            write_mo(target, merged)
        count += len(known)
    return count


def main() -> None:
    """Build everything, or only the catalogues with ``--messages``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", action="store_true", help="only the message catalogues")
    only_messages = parser.parse_args().messages
    if not only_messages:
        from portal.assets.fonts import build_fonts  # noqa: PLC0415  fontTools is slow to import

        install_packages()
        build_files()
        build_fonts(MODULES, OUT / "fonts")
    build_messages()


if __name__ == "__main__":
    main()
