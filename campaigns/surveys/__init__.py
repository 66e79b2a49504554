"""The season survey: built from a template, answered by dealers and representatives, offline too, given back.

Answers become sentences with n, charts and a PDF; under a floor nothing is said. Not answering changes no
score.
"""
