"""What is taught, by whom and where: curricula, courses and modules; lecturers with fees; venues with rooms.

Nothing here has a date; sessions put a course into the calendar.
"""
