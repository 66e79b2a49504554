"""Dashboard: read-only pages over other slices, 할 일 first."""
