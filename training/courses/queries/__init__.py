"""Reads of courses, lecturers and venues."""
