"""Training sessions: a course on days of the calendar, its clashes, tests, feedback, certificates, results.

The when, where and how many, the invitations and the door are an occasion of ``portal.occasions``.
"""
