"""Pages of training sessions: calendar, one session, tests, results, certificates, gaps, a dealer's own."""

from training.sessions.controllers.calendar import CalendarPages
from training.sessions.controllers.certificates import CertificateCheck, CertificatePages
from training.sessions.controllers.gaps import GapPages
from training.sessions.controllers.own import OwnTraining
from training.sessions.controllers.papers import SeasonTrainingPaper
from training.sessions.controllers.results import ResultPages
from training.sessions.controllers.sessions import SessionPages

HANDLERS = [
    CalendarPages,
    SessionPages,
    ResultPages,
    CertificatePages,
    CertificateCheck,
    GapPages,
    OwnTraining,
    SeasonTrainingPaper,
]

__all__ = ["HANDLERS"]
