"""The main menu: every entry with its group, in the order people read them.

Policies decide who sees an entry. Entries marked ``tab`` come first in the bar of a phone.
"""

from __future__ import annotations

from portal.access import SIGNED_IN
from portal.web.navigation import Entry

MONTH = "Monthly evaluation"
SEASON = "Off-season"
TRAINING = "Training and trips"
NETWORK = "Dealers and outlets"
MONEY = "Incentives and credit"
DATA = "Products and imports"

MENU = (
    Entry("", "/", "list-check", "To do", SIGNED_IN, tab=True),
    Entry(MONTH, "/evaluations", "report-analytics", "Evaluation", "evaluations.read", tab=True),
    Entry(MONTH, "/my/evaluations", "report-analytics", "My evaluation", "evaluations.own", tab=True),
    Entry(MONTH, "/rulebooks", "clipboard-list", "Criteria", "rulebooks.read"),
    Entry(MONTH, "/criteria", "clipboard-list", "Criteria", "rulebooks.confirm"),
    Entry(SEASON, "/seasons", "calendar-stats", "Seasons", "seasons.read", tab=True),
    Entry(SEASON, "/my/targets", "target", "My targets", "seasons.own", tab=True),
    Entry(SEASON, "/surveys", "clipboard-list", "Surveys", "surveys.read"),
    Entry(SEASON, "/my/surveys", "clipboard-check", "Answer surveys", "surveys.answer"),
    Entry(SEASON, "/plans", "calendar-stats", "Development plans", "plans.read", tab=True),
    Entry(SEASON, "/target-list", "target", "Target list", "plans.read"),
    Entry(SEASON, "/field/board", "columns", "Development board", "field.read"),
    Entry(SEASON, "/visits", "map-pin", "Visits", "plans.read"),
    Entry(SEASON, "/field/", "map-pin", "In the field", "field.use"),
    Entry(SEASON, "/field/census", "eye", "Last seen", "field.read"),
    Entry(SEASON, "/field/phones", "upload", "Phones in the field", "field.phones"),
    Entry(SEASON, "/promises", "circle-check", "Promises", "voice.promises"),
    Entry(SEASON, "/my/promises", "circle-check", "Promises", "voice.own_promises"),
    Entry(SEASON, "/meetings", "users", "Weekly meetings", "plans.read"),
    Entry(SEASON, "/my/plans", "calendar-stats", "Plans of my people", "plans.own"),
    Entry(SEASON, "/my/target-list", "target", "Worth developing", "plans.own"),
    Entry(SEASON, "/my/visits", "map-pin", "Who came", "plans.own"),
    Entry(SEASON, "/my/problems", "message", "Problems for the meeting", "plans.own"),
    Entry(TRAINING, "/opinions", "message", "Opinions", "voice.opinions"),
    Entry(TRAINING, "/my/opinions", "message", "Opinions", "voice.own_opinions"),
    Entry(TRAINING, "/reverse-score", "star", "How dealers rate us", "voice.reverse"),
    Entry(TRAINING, "/my/reverse-score", "star", "Rate us", "voice.reverse_own"),
    Entry(TRAINING, "/my/occasions", "school", "Training and trips", "occasions.own"),
    Entry(TRAINING, "/trips", "world", "Trips", "trips.read"),
    Entry(TRAINING, "/my/trips", "world", "Trips", "trips.own"),
    Entry(TRAINING, "/trips/fairness", "chart-bar", "Fairness of trips", "trips.fairness"),
    Entry(TRAINING, "/hospitality", "coins", "Hospitality log", "trips.hospitality"),
    Entry(TRAINING, "/training/sessions", "school", "Training", "training.read"),
    Entry(MONEY, "/rebates", "award", "Incentives", "rebates.read"),
    Entry(MONEY, "/my/rebates", "award", "My incentives", "rebates.own", tab=True),
    Entry(MONEY, "/credit", "shield-check", "Credit", "credit.read"),
    Entry(MONEY, "/my/credit", "shield-check", "My credit", "credit.own"),
    Entry(NETWORK, "/dealers", "building-warehouse", "Dealers", "network.read"),
    Entry(NETWORK, "/outlets", "building-store", "Outlets", "network.read"),
    Entry(NETWORK, "/terminals", "map-pin", "Retail points", "network.read"),
    Entry(NETWORK, "/duplicates", "copy", "Suspected duplicates", "network.duplicates"),
    Entry(NETWORK, "/portfolio", "users", "Account classes", "portfolio.read"),
    Entry(NETWORK, "/voice", "message", "Concerns", "voice.read"),
    Entry(NETWORK, "/my/voice", "message", "Concerns", "voice.own"),
    Entry(NETWORK, "/quiet", "bell", "Quiet dealers", "voice.quiet"),
    Entry(NETWORK, "/contacts", "users", "Contacts", "network.people"),
    Entry(NETWORK, "/sharing", "share", "Sharing", "network.sharing"),
    Entry(DATA, "/products", "package", "Products", "network.read"),
    Entry(DATA, "/imports", "file-import", "Imports", "sales.import"),
)
