"""The doctor names what is wrong, hides what is secret, and says so by its exit code."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from portal.cli.doctor import Finding, Verdict, doctor, examine, masked
from portal.settings import Settings


def _settings(**changes: object) -> Settings:
    return Settings(_env_file=None, **changes)


def _verdicts(findings: list[Finding], check: str) -> list[Verdict]:
    return [finding.verdict for finding in findings if finding.check == check]


def test_secrets_and_passwords_are_masked():
    shown = masked(
        _settings(
            secret_key="very-secret",
            smtp_password="mail-secret",
            database_url="postgresql://portal:db-secret@localhost/portal",
        )
    )
    assert "secret" not in json.dumps(shown)
    assert shown["DATABASE_URL"] == "postgresql://portal:***@localhost/portal"
    assert (shown["SECRET_KEY"], shown["SMTP_PASSWORD"]) == ("(set)", "(set)")
    assert shown["BUSINESS_ZONE"] == "Asia/Seoul"


def test_every_setting_is_shown():
    assert set(masked(_settings())) == {name.upper() for name in Settings.model_fields}


def test_a_missing_database_is_a_problem(tmp_path):
    findings = examine(_settings(database_url=f"sqlite:///{tmp_path}/none.db", data_dir=tmp_path))
    assert _verdicts(findings, "database") == [Verdict.PROBLEM]
    assert _verdicts(findings, "migrations") == [Verdict.PROBLEM]
    assert not (tmp_path / "none.db").exists()


def test_a_reachable_database_names_its_version(database_url, tmp_path):
    findings = examine(_settings(database_url=database_url, data_dir=tmp_path))
    detail = next(finding.detail for finding in findings if finding.check == "database")
    assert _verdicts(findings, "database") == [Verdict.OK]
    assert detail.startswith("SQLite 3." if database_url.startswith("sqlite") else "PostgreSQL ")


def test_an_unreachable_database_is_a_problem_that_shows_no_password(tmp_path):
    url = "postgresql://portal:db-secret@127.0.0.1:1/portal"
    findings = examine(_settings(database_url=url, data_dir=tmp_path))
    assert _verdicts(findings, "database") == [Verdict.PROBLEM]
    assert "db-secret" not in repr(findings)


def test_production_without_https_or_with_demo_is_a_problem(tmp_path):
    findings = examine(
        _settings(
            environment="production",
            demo=True,
            data_dir=tmp_path,
            database_url=f"sqlite:///{tmp_path}/none.db",
        )
    )
    assert _verdicts(findings, "settings").count(Verdict.PROBLEM) == 2


def test_printing_disk_and_clock_are_well_here(tmp_path):
    findings = examine(_settings(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path}/none.db"))
    assert {name: _verdicts(findings, name) for name in ("printing", "fonts", "disk", "clock")} == {
        "printing": [Verdict.OK],
        "fonts": [Verdict.OK],
        "disk": [Verdict.OK],
        "clock": [Verdict.OK],
    }


def test_a_problem_ends_with_exit_code_1_and_json_tells_which(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/none.db")
    result = CliRunner().invoke(doctor, ["--json"])
    report = json.loads(result.output)
    assert result.exit_code == 1
    assert {"check", "verdict", "detail"} == set(report["findings"][0])
    assert report["settings"]["ENVIRONMENT"] == "development"


@pytest.mark.parametrize("value", ["Mars/Olympus", "no"])
def test_settings_that_cannot_be_read_are_named(tmp_path, monkeypatch, value):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PRINT_WORKERS", value)
    result = CliRunner().invoke(doctor, [])
    assert result.exit_code == 1
    assert "PRINT_WORKERS" in result.output
