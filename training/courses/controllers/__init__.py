"""Pages of courses, lecturers and venues."""

from training.courses.controllers.courses import CoursePages
from training.courses.controllers.exports import TrainingExports
from training.courses.controllers.lecturers import LecturerPages
from training.courses.controllers.modules import ModulePages
from training.courses.controllers.questions import QuestionPages
from training.courses.controllers.venues import VenuePages

HANDLERS = [CoursePages, ModulePages, QuestionPages, LecturerPages, VenuePages, TrainingExports]

__all__ = ["HANDLERS"]
