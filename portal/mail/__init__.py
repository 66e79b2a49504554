"""Outgoing mail: queued with the change that causes it, sent by a job, printed when no server is set."""
