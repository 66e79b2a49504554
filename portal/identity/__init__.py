"""People who sign in: their accounts, roles, sessions, invitations and deputies.

Everything about passwords, one-time codes and sessions is here; what a role may do is said by each slice.
"""
