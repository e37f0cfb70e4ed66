"""The shape of a letter, which the page, the paper and the plain text share; its digest.

{"kind", "language", "title", "footer", "head", "date", "recipient", "about", "greeting",
 "parts": [{"title", "lines", "items", "table": {"head", "rows"}}], "added", "closing", "signer"}
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

Content = dict[str, Any]
Part = dict[str, Any]


def part(
    title: str,
    lines: Iterable[str] = (),
    items: Iterable[str] = (),
    *,
    table: dict[str, Any] | None = None,
    is_loud: bool = False,
) -> Part:
    """Return one part of a letter; what is empty is left out."""
    return {
        "title": title,
        "lines": [line for line in lines if line],
        "items": [item for item in items if item],
        "table": table,
        "is_loud": is_loud,
    }


def digest_of(content: Content) -> str:
    """Return what tells whether a letter still reads as it was seen."""
    plain = json.dumps(content, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(plain.encode()).hexdigest()


def text_of(content: Content) -> str:
    """Return the letter as plain text, in the order in which it is read."""
    lines = [*content["head"], "", content["date"], "", *content["recipient"], ""]
    lines += [content["title"], content["about"], "", content["greeting"]]
    for each in content["parts"]:
        lines += ["", each["title"], *each["lines"], *(f"- {item}" for item in each["items"])]
        if each["table"]:
            lines += [" | ".join(row) for row in (each["table"]["head"], *each["table"]["rows"])]
    if content["added"]:
        lines += ["", content["added"]]
    return "\n".join([*lines, "", content["closing"], content["signer"]])
