"""Use cases that change the network, one transaction and one audit event each; one module per noun."""
