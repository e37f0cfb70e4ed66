"""How the arteries are drawn: the courses behind `templates/procedures/_vessel_map.html` (viewBox 0 0 780 630).

Pure data. The liver beneath is the one of the segment map, enlarged by `LIVER_SCALE` and moved by `LIVER_OFFSET`, so
that every segmental artery ends in its own segment and a lesion lies where the segment map shows it. Arteries begin
with the direction of the one that they leave, so that joints are smooth.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LIVER_SCALE = 1.2
LIVER_OFFSET = (20.0, 24.0)


@dataclass(frozen=True)
class Vessel:
    """One artery: its code as in the reference rows, its course, and where its name stands.

    `kind` is the class of the drawing; a variant is `shown` as a quiet dotted line, or only once it was recorded.
    `replaces` is the artery that is not there when this one is. `word_dy` is where a word more fits: under or over.
    """

    code: str
    kind: str
    course: str
    width: float
    label: str | Promise = ""
    label_x: float = 0
    label_y: float = 0
    anchor: str = "start"
    word_dy: int = 16
    shown: bool = True
    replaces: str = ""


def _feeder(
    code: str, course: str, label: str | Promise, x: float, y: float, anchor: str = "start"
) -> Vessel:
    return Vessel(code, "feeder", course, 3.2, label, x, y, anchor)


def _segment(segment: str, course: str, x: float, y: float, anchor: str, word_dy: int) -> Vessel:
    return Vessel(f"a{segment}", "seg", course, 3.6, f"A{segment}", x, y, anchor, word_dy)


# From the deepest to the nearest: what comes later is drawn over what came before.
VESSELS: Sequence[Vessel] = (
    Vessel("aorta", "trunk", "M 572 14 C 572 200 572 420 572 630", 24, _("Aorta"), 592, 30),
    Vessel(
        "replaced-right", "variant", "M 570 470 C 500 436 420 366 352 296 C 330 272 312 246 284 242", 3.6,
        replaces="right-hepatic",
    ),
    Vessel(
        "accessory-right", "variant", "M 570 484 C 498 456 410 392 342 318 C 312 284 280 252 232 248", 3.6,
        shown=False,
    ),
    Vessel(
        "replaced-left", "variant", "M 562 248 C 530 228 470 224 416 192", 3.4, replaces="left-hepatic",
    ),
    Vessel("accessory-left", "variant", "M 556 254 C 530 246 480 240 400 208", 3.4, shown=False),
    Vessel(
        "common-hepatic-from-sma", "variant", "M 574 458 C 540 440 486 402 456 346", 7, shown=False,
        replaces="common-hepatic",
    ),
    Vessel(
        "common-hepatic-from-left-gastric", "variant", "M 552 262 C 520 264 478 300 456 346", 7, shown=False,
        replaces="common-hepatic",
    ),
    _feeder(
        "right-inferior-phrenic", "M 562 88 C 500 38 400 28 320 40 C 266 48 222 58 196 86",
        _("Right inferior phrenic"), 192, 40, "end",
    ),
    _feeder(
        "left-inferior-phrenic", "M 582 88 C 610 64 650 58 688 72", _("Left inferior phrenic"), 640, 96
    ),
    _feeder("internal-mammary", "M 430 4 C 424 28 432 56 444 80", _("Internal mammary"), 440, 16),
    Vessel(
        "intercostal", "feeder", "M 12 148 C 28 168 46 178 70 180", 3.2, _("Intercostal"), 4, 138, "start", -16
    ),
    _feeder("adrenal", "M 10 420 C 42 416 70 398 98 364", _("Adrenal"), 4, 442),
    _feeder("renal-capsular", "M 46 492 C 80 472 108 440 124 394", _("Renal capsular"), 8, 512),
    _feeder("colic", "M 192 524 C 186 488 180 450 178 408", _("Colic"), 196, 542, "middle"),
    _feeder("omental", "M 290 504 C 270 476 252 440 246 392", _("Omental"), 296, 522, "middle"),
    Vessel(
        "gastroepiploic", "protected", "M 440 444 C 452 478 496 506 550 492", 4,
        _("Right gastroepiploic"), 430, 484, "end",
    ),
    Vessel(
        "right-gastric", "protected", "M 409 313 C 412 352 440 386 476 390 C 494 392 508 388 520 378", 3.2,
        _("Right gastric"), 508, 410, "middle",
    ),
    Vessel("cystic", "protected", "M 318 244 C 318 272 316 310 310 346", 3, _("Cystic"), 304, 306, "end"),
    _segment("1", "M 381 234 C 377 222 376 206 380 190", 386, 188, "start", -16),
    _segment("4a", "M 363 226 C 362 198 358 172 350 142", 348, 134, "middle", -16),
    _segment("4b", "M 364 232 C 362 212 348 208 332 216", 326, 214, "end", 16),
    _segment("2", "M 412 197 C 432 176 452 146 486 114", 492, 112, "start", -16),
    _segment("3", "M 402 208 C 424 192 464 190 508 178", 514, 180, "start", 16),
    _segment("8", "M 254 224 C 248 196 250 168 262 136", 264, 128, "middle", -16),
    _segment("5", "M 264 240 C 246 252 238 288 236 326", 236, 344, "middle", 16),
    _segment("7", "M 176 243 C 144 234 126 200 122 162", 120, 154, "middle", -16),
    _segment("6", "M 176 243 C 142 240 120 280 116 320", 114, 338, "middle", 16),
    Vessel(
        "left-gastric", "branch", "M 538 311 C 538 272 562 244 600 222 C 626 208 644 220 644 242", 4.5,
        _("Left gastric"), 656, 240,
    ),
    Vessel(
        "splenic", "branch", "M 524 312 C 546 294 592 298 630 310 C 666 322 694 306 724 312", 7,
        _("Splenic"), 690, 340,
    ),
    Vessel(
        "pancreaticoduodenal", "branch", "M 440 444 C 442 476 468 512 514 534 C 534 543 548 545 560 541", 3,
        _("Pancreaticoduodenal"), 494, 560, "end",
    ),
    Vessel(
        "gda", "branch", "M 456 346 C 440 364 434 400 440 446", 6.5, _("Gastroduodenal"), 426, 424, "end"
    ),
    Vessel("middle-hepatic", "branch", "M 382 276 C 370 258 364 242 363 222", 4.5, _("Middle"), 348, 178, "end", -15),
    Vessel("right-anterior", "branch", "M 286 242 C 268 242 256 238 254 222", 5),
    Vessel("right-posterior", "branch", "M 286 242 C 252 246 210 254 172 242", 5),
    Vessel("coeliac", "main", "M 570 334 C 556 318 544 312 524 312", 11, _("Coeliac trunk"), 592, 354),
    Vessel(
        "left-hepatic", "main", "M 388 284 C 368 260 376 232 398 212 C 404 206 410 200 414 194", 5.5,
        _("Left hepatic"), 404, 240,
    ),
    Vessel(
        "right-hepatic", "main", "M 388 284 C 372 264 344 246 308 243 C 298 242 292 242 284 242", 6.5,
        _("Right hepatic"), 318, 234, "middle", -15,
    ),
    Vessel(
        "proper-hepatic", "main", "M 456 346 C 444 359 426 344 414 322 C 406 307 398 296 388 284", 7.5,
        _("Proper"), 424, 320,
    ),
    Vessel(
        "common-hepatic", "main", "M 526 312 C 500 310 476 324 456 346", 9, _("Common hepatic"), 446, 298
    ),
    Vessel(
        "sma", "main", "M 574 452 C 594 468 608 524 606 630", 9, _("Superior mesenteric"), 620, 590
    ),
)  # fmt: skip
BY_CODE = {vessel.code: vessel for vessel in VESSELS}
# Where an artery that nobody drew is marked: beside the picture, in a row.
BESIDE = (690.0, 420.0)
