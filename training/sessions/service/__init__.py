"""Writing training sessions: planning, costs, tests, feedback, certificates."""
