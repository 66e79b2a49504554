"""Settings from the environment, read once at start; ``portal doctor`` prints them with secrets masked."""

from __future__ import annotations

import secrets
from itertools import pairwise
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Everything an operator may change without touching code.

    Each field is an environment variable of the same name in capitals; ``.env`` in the working folder is
    read too. Durations carry their unit in the name.
    """

    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    database_url: str = "sqlite:///data/portal.db"
    data_dir: Path = Path("data")
    secret_key: SecretStr = SecretStr("")
    environment: Literal["development", "production"] = "development"
    demo: bool = False
    public_url: str = "http://127.0.0.1:8000"
    allowed_hosts: list[str] = Field(default_factory=lambda: ["127.0.0.1", "localhost", "testserver.local"])

    trusted_proxies: list[str] = Field(default_factory=list)

    company_name: str = "한빛음료"
    company_name_en: str = "Hanbit Beverage"
    company_is_fictional: bool = True
    currency: str = "KRW"
    currency_decimals: int = Field(default=0, ge=0, le=4)
    business_zone: str = "Asia/Seoul"
    default_locale: Literal["ko", "en"] = "ko"

    session_idle_minutes: int = Field(default=30, ge=1)
    session_absolute_hours: int = Field(default=12, ge=1)
    password_reset_minutes: int = Field(default=15, ge=1)
    invitation_days: int = Field(default=14, ge=1)
    login_failures_allowed: int = Field(default=5, ge=1)

    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_start_tls: bool = True
    mail_from: str = "portal@localhost"

    import_max_bytes: int = Field(default=2 * 1024**3, ge=1)
    import_memory_bytes: int = Field(default=1024**3, ge=1)
    import_wall_seconds: int = Field(default=900, ge=1)
    import_period_warning_percent: int = Field(default=50, ge=1, le=100)
    upload_max_bytes: int = Field(default=300 * 1024**2, ge=1)
    print_workers: int = Field(default=1, ge=1)
    print_wall_seconds: int = Field(default=30, ge=1)
    print_memory_bytes: int = Field(default=1024**3, ge=1)

    rulebook_notice_days: int = Field(default=14, ge=0)

    rebate_notice_days: int = Field(default=14, ge=0)
    rebate_preview_days: int = Field(default=7, ge=0, le=90)
    rebate_appeal_days: int = Field(default=30, ge=1, le=30)
    rebate_evidence_max_bytes: int = Field(default=10 * 1024**2, ge=1)
    rebate_reach_bp: int = Field(default=1_000, ge=1, le=10_000)
    regulated_goods: list[str] = Field(default_factory=list)

    target_quantum_minor: int = Field(default=1_000, ge=1)
    season_hold_out_months: int = Field(default=6, ge=1, le=24)
    season_ahead_months: int = Field(default=3, ge=1, le=12)
    season_least_points: int = Field(default=20, ge=1, le=10_000)
    season_depth_bp: int = Field(default=500, ge=1, le=10_000)
    season_least_years: int = Field(default=2, ge=1, le=10)
    season_history_months: int = Field(default=48, ge=13, le=240)

    credit_ageing_days: tuple[int, int, int] = (30, 60, 90)
    credit_dso_days: int = Field(default=90, ge=1, le=366)
    credit_terms_days: int = Field(default=30, ge=0, le=365)
    credit_warning_percent: int = Field(default=90, ge=1, le=100)
    credit_payments_days: int = Field(default=7, ge=0)

    segment_least_accounts: int = Field(default=30, ge=1)

    visit_back_days: int = Field(default=7, ge=0, le=62)
    white_space_least: int = Field(default=5, ge=1, le=1_000)

    field_late_days: int = Field(default=30, ge=1, le=366)
    field_key_days: int = Field(default=400, ge=90)
    field_kit_accounts: int = Field(default=150, ge=1, le=5_000)
    field_share_days: int = Field(default=365, ge=1, le=3_650)
    field_seen_days: tuple[int, int] = (30, 90)

    voice_concern_days: int = Field(default=7, ge=0, le=365)
    voice_complaint_days: int = Field(default=3, ge=0, le=365)
    voice_approach_days: int = Field(default=2, ge=0, le=365)
    voice_confirm_days: int = Field(default=14, ge=1, le=365)
    voice_approach_valid_days: int = Field(default=60, ge=1, le=730)
    opinion_answer_days: int = Field(default=14, ge=0, le=365)
    opinion_figure_days: int = Field(default=30, ge=1, le=365)
    opinion_region_dealers: int = Field(default=5, ge=2, le=1_000)
    quiet_months: int = Field(default=2, ge=1, le=12)
    quiet_drop_percent: int = Field(default=30, ge=1, le=100)
    quiet_habit_years: int = Field(default=2, ge=1, le=5)

    occasion_door_days: int = Field(default=1, ge=0, le=30)
    occasion_guest_days: int = Field(default=90, ge=1, le=3_650)
    occasion_reminder_days: int = Field(default=3, ge=1, le=60)
    # Complete months on each side of an occasion, as TRAINING_LATER_MONTHS: a quarter, the period of a plan.
    occasion_effect_months: int = Field(default=3, ge=1, le=24)
    # Dealers a group needs; in fewer, one dealer can be read out of the sum (as SURVEY_LEAST_ANSWERS).
    occasion_effect_least: int = Field(default=5, ge=2, le=1_000)

    training_material_max_bytes: int = Field(default=30 * 1024**2, ge=1)
    training_delivery_percent: int = Field(default=50, ge=1, le=100)
    training_delivery_weeks: int = Field(default=12, ge=1, le=104)
    training_feedback_days: int = Field(default=14, ge=1, le=365)
    training_feedback_least: int = Field(default=5, ge=2, le=1_000)
    training_later_months: int = Field(default=3, ge=1, le=24)

    survey_least_answers: int = Field(default=5, ge=2, le=1_000)

    trip_report_days: int = Field(default=7, ge=1, le=60)
    trip_success_days: int = Field(default=30, ge=1, le=365)
    trip_fairness_least: int = Field(default=5, ge=2, le=1_000)
    benefit_review_minor: int = Field(default=1_000_000, ge=1)
    hospitality_year_minor: int = Field(default=500_000, ge=1)

    reminder_hour: int = Field(default=8, ge=0, le=23)
    reminder_lines: int = Field(default=20, ge=1)

    log_format: Literal["pretty", "json", "auto"] = "auto"

    @field_validator("credit_ageing_days", "field_seen_days")
    @classmethod
    def _rising(cls, days: tuple[int, ...]) -> tuple[int, ...]:
        if days[0] < 1 or any(one >= other for one, other in pairwise(days)):
            raise ValueError("must rise, and the first be 1 or more")
        return days

    @property
    def zone(self) -> ZoneInfo:
        """The business zone in which months begin and end."""
        return ZoneInfo(self.business_zone)

    @property
    def public_host(self) -> str:
        """Host name people reach the portal under; makes ids of calendar events unique in the world."""
        return urlsplit(self.public_url).hostname or "localhost"

    def signing_key(self) -> bytes:
        """Return the secret for session-bound tokens, made and kept in the data folder at first start."""
        if configured := self.secret_key.get_secret_value():
            return configured.encode()
        path = self.data_dir / "secret.key"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(48), encoding="ascii")
        return path.read_text(encoding="ascii").encode()
