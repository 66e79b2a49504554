"""Proofs about decisions without running them: dead rows, clashes, holes, perverse steps.

Every finding names facts that show it, so that anybody can put them to the rules and see.
"""

from __future__ import annotations

from rules.verify.checks import verify
from rules.verify.findings import Finding, Severity, Witness
from rules.verify.places import places_in
from rules.verify.tiers import TierStep, TierTable, check_tiers

__all__ = ["Finding", "Severity", "TierStep", "TierTable", "Witness", "check_tiers", "places_in", "verify"]
