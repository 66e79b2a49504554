"""Writing courses, lecturers and venues."""
