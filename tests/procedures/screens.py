"""Reads a record's page as a browser does: every box of its form with what stands in it."""

from html.parser import HTMLParser


class Boxes(HTMLParser):
    """The successful controls of the form `form_id`; `sent` is what a browser would send."""

    def __init__(self, form_id: str = "record") -> None:
        super().__init__()
        self.form_id, self.is_inside = form_id, False
        self.sent: dict[str, list[str]] = {}
        self._select = self._area = ""

    def handle_starttag(self, tag, attrs):
        known = dict(attrs)
        if tag == "form":
            self.is_inside = known.get("id") == self.form_id
        if not self.is_inside:
            return
        if tag == "input":
            self._input(known)
        elif tag == "select":
            self._select = known["name"]
            self.sent.setdefault(self._select, [""])
        elif tag == "option" and self._select and "selected" in known:
            self.sent[self._select] = [known["value"]]
        elif tag == "textarea":
            self._area = known["name"]
            self.sent[self._area] = [""]

    def _input(self, known):
        kind, name = known.get("type", "text"), known.get("name")
        if not name or kind == "submit" or "disabled" in known:
            return
        if kind in {"radio", "checkbox"} and "checked" not in known:
            return
        self.sent.setdefault(name, []).append(known.get("value") or "")

    def handle_data(self, data):
        if self._area:
            self.sent[self._area][0] += data.lstrip("\n")

    def handle_endtag(self, tag):
        if tag == "form":
            self.is_inside = False
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""


def boxes_of(page: str) -> dict[str, list[str]]:
    """Return what the form of the record would send as it stands."""
    parser = Boxes()
    parser.feed(page)
    return parser.sent
