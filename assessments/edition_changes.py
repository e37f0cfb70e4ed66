"""What one version of the edition's settings says otherwise than another, setting by setting, with its clauses."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments import guidance, words
from assessments.models import EditionSettings

# Numbers of the page itself, not of the engine: no answer depends on them.
OF_THE_PAGE = {
    "lab_age_limit_days": _("Laboratory values are old after, days"),
    "recheck_from_days": _("Recheck not before, days"),
    "recheck_to_days": _("Recheck not after, days"),
}


@dataclass(frozen=True)
class Change:
    """One setting with its two values; `is_deviation` where it stands in place of a printed number."""

    name: str
    label: str
    before: str
    after: str
    note: str
    is_deviation: bool
    clauses: list[str]
    differs: bool


def content_of(version: EditionSettings) -> dict[str, Any]:
    """Return all that a version sets: the engine's settings, those that it leaves at their default included."""
    declared = guidance.settings_declared()
    given = {name: version.values.get(name, _plain(each["default"])) for name, each in declared.items()}
    return given | {name: getattr(version, name) for name in OF_THE_PAGE}


def values_of(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is stored of a content: the engine's settings that differ from their default."""
    declared = guidance.settings_declared()
    return {
        name: content[name]
        for name, each in declared.items()
        if name in content and content[name] != _plain(each["default"])
    }


def digest_of(version: EditionSettings) -> str:
    """Return a digest of what a version sets: the same digest always means the same settings."""
    written = json.dumps([version.edition, content_of(version)], sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()


def table_of(before: EditionSettings, after: EditionSettings) -> list[Change]:
    """Return every setting with its values in two versions."""
    one, other = content_of(before), content_of(after)
    declared = guidance.settings_declared()
    return [
        Change(
            name=name,
            label=label_of(name),
            before=words.setting_value(one[name]),
            after=words.setting_value(other[name]),
            note=gettext(declared[name]["note"]) if name in declared else "",
            is_deviation=name in declared and bool(declared[name].get("is_deviation")),
            clauses=guidance.clauses_reading(name),
            differs=one[name] != other[name],
        )
        for name in other
    ]


def changes_between(before: EditionSettings, after: EditionSettings) -> list[Change]:
    """Return only the settings that differ."""
    return [change for change in table_of(before, after) if change.differs]


def label_of(name: str) -> str:
    if name in OF_THE_PAGE:
        return str(OF_THE_PAGE[name])
    return gettext(guidance.settings_declared()[name]["label"])


def _plain(value: Any) -> Any:
    """As JSON holds it: a list where the engine has a tuple."""
    return list(value) if isinstance(value, tuple) else value
