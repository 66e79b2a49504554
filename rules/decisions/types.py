"""The two field types of business-rules that lack opposites, with the operators they lack.

``not`` is lowered before anything runs, so every operator needs one that holds exactly when it does not.
Numbers, truth values and single options have theirs in business-rules itself.
"""

from __future__ import annotations

from typing import Any

from business_rules.fields import FIELD_NO_INPUT, FIELD_SELECT_MULTIPLE, FIELD_TEXT
from business_rules.operators import SelectMultipleType, StringType, type_operator


class TextType(StringType):  # type: ignore[misc]  # business-rules has no types
    """Text of business-rules with the opposite of each operator."""

    @type_operator(FIELD_TEXT)  # type: ignore[untyped-decorator]  # business-rules has no types
    def does_not_equal(self, other: str) -> bool:
        """Tell whether the text differs."""
        return not self.equal_to(other)

    @type_operator(FIELD_TEXT)  # type: ignore[untyped-decorator]  # business-rules has no types
    def does_not_equal_case_insensitive(self, other: str) -> bool:
        """Tell whether the text differs in more than capital letters."""
        return not self.equal_to_case_insensitive(other)

    @type_operator(FIELD_TEXT)  # type: ignore[untyped-decorator]  # business-rules has no types
    def does_not_start_with(self, other: str) -> bool:
        """Tell whether the text begins with something else."""
        return not self.starts_with(other)

    @type_operator(FIELD_TEXT)  # type: ignore[untyped-decorator]  # business-rules has no types
    def does_not_end_with(self, other: str) -> bool:
        """Tell whether the text ends with something else."""
        return not self.ends_with(other)

    @type_operator(FIELD_TEXT)  # type: ignore[untyped-decorator]  # business-rules has no types
    def does_not_contain(self, other: str) -> bool:
        """Tell whether a part occurs nowhere in the text."""
        return not self.contains(other)

    @type_operator(FIELD_NO_INPUT)  # type: ignore[untyped-decorator]  # business-rules has no types
    def is_empty(self) -> bool:
        """Tell whether the text has no characters."""
        return not self.non_empty()


class OptionsType(SelectMultipleType):  # type: ignore[misc]  # business-rules has no types
    """Several chosen options of business-rules with the opposite of each operator."""

    @type_operator(FIELD_SELECT_MULTIPLE)  # type: ignore[untyped-decorator]  # business-rules has no types
    def does_not_contain_all(self, other: Any) -> bool:
        """Tell whether at least one of the options is not chosen."""
        return not self.contains_all(other)

    @type_operator(FIELD_SELECT_MULTIPLE)  # type: ignore[untyped-decorator]  # business-rules has no types
    def is_not_contained_by(self, other: Any) -> bool:
        """Tell whether something outside the options is chosen."""
        return not self.is_contained_by(other)

    @type_operator(FIELD_SELECT_MULTIPLE)  # type: ignore[untyped-decorator]  # business-rules has no types
    def does_not_share_exactly_one_element_with(self, other: Any) -> bool:
        """Tell whether none or at least two of the options are chosen."""
        return not self.shares_exactly_one_element_with(other)
