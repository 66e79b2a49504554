"""What people do with rebates; one transaction for each use case."""
