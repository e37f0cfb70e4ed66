"""Cells of an exported table that a spreadsheet must not take for a formula."""

# What spreadsheets take for the beginning of a formula or a command.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def neutral(value: object) -> str:
    """Return `value` as text; an apostrophe before what would be calculated. Numbers stay numbers."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
