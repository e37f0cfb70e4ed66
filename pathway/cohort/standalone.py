"""A drawing of the page as a file of its own: the page's colours by day, written into it."""

import re

# As in static/css/plots.css, whose names mean nothing outside a page; on paper it is always day.
_COLOURS = ("#005f78", "#8d3879", "#7d5402", "#4d51aa", "#156f41", "#3f4d54")
_DASHES = ("none", "8 4", "2 3", "10 3 2 3", "5 2", "1 2")
_SIZE = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
_COMMON = """
svg{background:#ffffff}
.plot-text{font:13px "IBM Plex Sans",system-ui,sans-serif;fill:#3f4d54}
.plot-strong{font-weight:600}
.plot-grid,.plot-tick{stroke:#d9dfe2;stroke-width:1}
.plot-line{fill:none;stroke-width:2}
.plot-band{stroke:none;fill-opacity:.14}
.plot-mark{stroke-width:1.5}
.plot-r-cr{fill:#156f41}.plot-l-cr{stroke:#156f41}
.plot-r-pr{fill:#005f78}.plot-l-pr{stroke:#005f78}
.plot-r-sd{fill:#7d5402}.plot-l-sd{stroke:#7d5402}
.plot-r-pd{fill:#a52a26}.plot-l-pd{stroke:#a52a26}
.plot-r-ne{fill:#75838a}.plot-l-ne{stroke:#75838a}
.plot-thread{fill:none;stroke-width:1.5;stroke-opacity:.75}
.plot-lane{stroke:#bdc5ca;stroke-width:6}
.plot-mark-procedure,.plot-mark-died{fill:none;stroke:#17242a;stroke-width:2}
.plot-k{stroke:#ffffff;stroke-width:1}.plot-ground{fill:#ffffff}
.plot-in{font:600 12px "IBM Plex Sans",system-ui,sans-serif;fill:#ffffff}
.plot-in-g1,.plot-in-g2{fill:#17242a}
.plot-k-g1,.plot-k-g2,.plot-k-g3,.plot-k-g4,.plot-k-never,.plot-k-worse{fill:#a52a26}
.plot-k-g1{fill-opacity:.2}.plot-k-g2{fill-opacity:.4}.plot-k-g3{fill-opacity:.7}
.plot-k-g5{fill:#17242a}.plot-k-gu,.plot-k-unknown{fill:#75838a}
.plot-k-window,.plot-k-back{fill:#156f41}.plot-k-tolerance,.plot-k-count{fill:#005f78}
.plot-k-early{fill:#8d3879}.plot-k-late,.plot-k-missed{fill:#7d5402}
.plot-small{font-size:11.5px}
.plot-zero{stroke:#3f4d54;stroke-width:1.5}
.plot-box{fill:#005f78;fill-opacity:.3;stroke:#005f78}.plot-whisker{fill:#005f78}
.plot-median{stroke:#17242a;stroke-width:3}
.plot-level{fill:none;stroke:#7d5402;stroke-width:2;stroke-dasharray:4 3}
.plot-level-2{stroke:#a52a26;stroke-dasharray:none}
.plot-limit{fill:none;stroke:#3f4d54;stroke-width:1;stroke-dasharray:4 3}
.plot-middle{stroke:#3f4d54;stroke-width:1}
.plot-run{fill:none;stroke:#005f78;stroke-width:1.5}
.plot-point{fill:#005f78}.plot-point-out{fill:#a52a26}
"""


def _style() -> str:
    series = [
        f".plot-s{n}{{stroke:{colour}}}.plot-line.plot-s{n}{{stroke-dasharray:{dash}}}"
        f".plot-band.plot-s{n}{{fill:{colour}}}.plot-ink-s{n}{{fill:{colour}}}"
        for n, (colour, dash) in enumerate(zip(_COLOURS, _DASHES, strict=True))
    ]
    return f"<style>{_COMMON}{''.join(series)}.plot-band{{stroke:none}}</style>"


def alone(drawn: str) -> str:
    """Return one `<svg>` of a page as a whole file. It must have a viewBox."""
    svg = drawn[drawn.index("<svg") :].strip()
    width, height = _SIZE.findall(svg)[0]
    head, body = svg.split(">", 1)
    head = head.replace(
        "<svg", f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"', 1
    )
    ground = f'<rect width="{width}" height="{height}" fill="#ffffff"/>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}>{_style()}{ground}{body}\n'
