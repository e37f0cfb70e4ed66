"""Why an answer of follow-up is what it is: one sentence with its numbers, and the place that it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason. `says` is an English template that `values` fill: translate first, then fill.

    It rests on a clause of the edition (`clause`), on another publication (`source`, a key of `guidelines.sources`), or
    on a number of ours (`setting`, a name of `guidelines.settings.NOTES`: to be labelled "not in source").
    """

    key: str
    says: str
    values: Mapping[str, Any] = field(default_factory=dict)
    clause: str = ""
    source: str = ""
    setting: str = ""

    @property
    def sentence(self) -> str:
        """What it says, in English, filled."""
        return self.says.format(**self.values)

    @property
    def is_in_source(self) -> bool:
        """Whether no number of ours decided it."""
        return not self.setting
