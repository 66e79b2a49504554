"""Reads of training sessions: calendar, clashes, tests, feedback, certificates, results, gaps."""
