"""English words for the codes of courses, the keys of their translations."""

from __future__ import annotations

from portal.audit.words import register_words
from training.courses.model import LecturerKind, TestKind

LECTURER_KINDS = {LecturerKind.PROFESSOR: "Professor", LecturerKind.LEADER: "Leader of the company"}
TEST_KINDS = {TestKind.PRE: "Test before", TestKind.POST: "Test after"}

register_words(
    {
        "training.curriculum_made": "made a curriculum",
        "training.curriculum_changed": "changed a curriculum",
        "training.course_made": "made a course",
        "training.course_changed": "changed a course",
        "training.pass_mark_set": "set the pass mark of a course",
        "training.module_changed": "changed a module",
        "training.material_added": "added a material",
        "training.material_removed": "removed a material",
        "training.question_changed": "changed a question of a test",
        "training.lecturer_made": "wrote down a lecturer",
        "training.lecturer_changed": "changed a lecturer",
        "training.lecturer_away": "changed the days a lecturer is away",
        "training.venue_made": "wrote down a venue",
        "training.venue_changed": "changed a venue",
        "training.room_changed": "changed a room of a venue",
        "training.exported": "took a list of training out of the portal",
        "training.archived": "put something of training away",
        "training.restored": "took something of training back into use",
    }
)
