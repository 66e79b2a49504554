"""The ``portal`` command. Each subcommand lives in its own module and is imported only when asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

# name: (module, attribute, one line for --help)
COMMANDS = {
    "run": ("portal.cli.run", "run", "Serve the portal and its jobs worker."),
    "migrate": ("portal.cli.migrate", "migrate", "Bring the database schema up to date."),
    "user": ("portal.cli.users", "user", "Add, list and disable people."),
    "doctor": ("portal.cli.doctor", "doctor", "Check settings, database, fonts and assets."),
    "demo": ("portal.cli.demo", "demo", "Build the demo network and list its logins."),
    "import": ("portal.cli.imports", "import_command", "Import a file, checked, previewed and undoable."),
    "totals": ("portal.cli.totals", "totals", "Print control totals."),
    "backup": ("portal.cli.backup", "backup", "Copy the database to one file, while the portal runs."),
    "restore": ("portal.cli.backup", "restore", "Put a backup into an empty database and verify it."),
    "verify": ("portal.cli.verify", "verify", "Prove totals equal lines and the audit chain whole."),
    "month": ("portal.cli.month", "month", "Facts, evaluation, publication, close and replay of a month."),
    "rules": ("portal.cli.rules", "rules", "Check, explain, rehearse and export rulebooks as files."),
    "rebates": ("portal.cli.rebates", "rebates", "What a programme pays, from a file or as settled."),
    "segments": ("portal.cli.segments", "segments", "Account classes of a month, by a book."),
    "print": ("portal.cli.print", "print_command", "Print documents to PDF files."),
    "bench": ("portal.cli.bench", "bench", "Measure against plain alternatives, as ratios in one run."),
}


class _LazyGroup(click.Group):
    """A click group whose commands are imported on use, so that --help stays fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """Return the command names in the order of the table above."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  click's signature
        """Import the module of one command and return it."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  click's signature
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, _, about) in COMMANDS.items()])


@click.group(cls=_LazyGroup)
def main(**_: Any) -> None:
    """Bisugi (비수기): the portal a manufacturer runs with its dealers."""
