"""A picture with two axes, as SVG: colours are those of the page's style, by their names."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

from omni_stream.bench.report.scale import short

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from omni_stream.bench.report.scale import Scale

WIDTH, HEIGHT = 360, 240
LEFT, RIGHT, TOP, BOTTOM = 44, 350, 24, 200
"""Where the axes are."""

SERIES = 6
"""Colours that can be told apart; of more series the first are drawn."""


class Named(NamedTuple):
    """A series in the legend."""

    name: str
    number: int
    is_dashed: bool = False


class Chart:
    """One picture.

    Args:
        title: What it shows.
        x: The scale of its horizontal axis.
        y: That of its vertical one.
        x_name: What stands below the horizontal axis.
        y_name: What stands above the vertical one.
        x_ticks: Values and texts on the horizontal axis; round values if None.
    """

    def __init__(
        self,
        title: str,
        x: Scale,
        y: Scale,
        *,
        x_name: str,
        y_name: str,
        x_ticks: Iterable[tuple[float, str]] | None = None,
    ) -> None:
        self._title = title
        self._x, self._y = x, y
        self._parts: list[str] = []
        self._legend: list[Named] = []
        self._note = ""
        self._axes(x_name, y_name, [(at, short(at)) for at in x.ticks()] if x_ticks is None else x_ticks)

    def line(
        self, points: Sequence[tuple[float, float]], name: str, number: int, *, is_dashed: bool = False
    ) -> None:
        """Draw a line through ``points``, in the colour of series ``number``."""
        path = " ".join(f"{self._x.at(x):.1f},{self._y.at(y):.1f}" for x, y in points)
        dashed = " dashed" if is_dashed else ""
        self._parts.append(f'<polyline class="line s{number % SERIES}{dashed}" points="{path}"/>')
        self._legend.append(Named(name, number, is_dashed))

    def dots(self, points: Sequence[tuple[float, float]], told: Sequence[str], number: int) -> None:
        """Draw a dot at each of ``points``, which tells its text."""
        for (x, y), text in zip(points, told, strict=True):
            self._parts.append(
                f'<circle class="dot s{number % SERIES}" cx="{self._x.at(x):.1f}" cy="{self._y.at(y):.1f}"'
                f' r="3.5"><title>{escape(text)}</title></circle>'
            )

    def area(self, points: Sequence[tuple[float, float]], name: str) -> None:
        """Fill what is within ``points``, as something bad."""
        path = " ".join(f"{self._x.at(x):.1f},{self._y.at(y):.1f}" for x, y in points)
        self._parts.append(f'<polygon class="bad" points="{path}"><title>{escape(name)}</title></polygon>')

    def cell(self, x: tuple[float, float], y: tuple[float, float], share: float, told: str) -> None:
        """Fill a rectangle, the stronger the more its ``share``, 0 to 1, is."""
        left, right = (self._x.at(value) for value in x)
        below, above = (self._y.at(value) for value in y)
        self._parts.append(
            f'<rect class="cell" x="{left:.1f}" y="{above:.1f}" width="{right - left:.1f}"'
            f' height="{below - above:.1f}" fill-opacity="{share:.3f}"><title>{escape(told)}</title></rect>'
        )

    def level(self, y: float) -> None:
        """Draw a dotted line at ``y``."""
        at = self._y.at(y)
        self._parts.append(f'<line class="level" x1="{LEFT}" x2="{RIGHT}" y1="{at:.1f}" y2="{at:.1f}"/>')

    def note(self, text: str) -> None:
        """Say something below the picture."""
        self._note = text

    def html(self) -> str:
        """The picture, with its title and legend."""
        legend = "".join(map(_entry, self._legend))
        title = escape(self._title)
        return (
            f"<figure><figcaption>{title}</figcaption>"
            f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}">'
            f"{''.join(self._parts)}</svg>"
            + (f'<ul class="legend">{legend}</ul>' if legend else "")
            + (f"<p>{escape(self._note)}</p>" if self._note else "")
            + "</figure>\n"
        )

    def _axes(self, x_name: str, y_name: str, x_ticks: Iterable[tuple[float, str]]) -> None:
        for value in self._y.ticks(5):
            at = self._y.at(value)
            self._parts.append(
                f'<line class="grid" x1="{LEFT}" x2="{RIGHT}" y1="{at:.1f}" y2="{at:.1f}"/>'
                f'<text class="tick" x="{LEFT - 5}" y="{at + 4:.1f}" text-anchor="end">{short(value)}</text>'
            )
        for value, text in x_ticks:
            at = self._x.at(value)
            self._parts.append(
                f'<line class="axis" x1="{at:.1f}" x2="{at:.1f}" y1="{BOTTOM}" y2="{BOTTOM + 4}"/>'
                f'<text class="tick" x="{at:.1f}" y="{BOTTOM + 16}" text-anchor="middle">'
                f"{escape(text)}</text>"
            )
        self._parts.append(
            f'<line class="axis" x1="{LEFT}" x2="{RIGHT}" y1="{BOTTOM}" y2="{BOTTOM}"/>'
            f'<text class="name" x="{(LEFT + RIGHT) / 2}" y="{HEIGHT - 6}" text-anchor="middle">'
            f"{escape(x_name)}</text>"
            f'<text class="name" x="4" y="12">{escape(y_name)}</text>'
        )


def _entry(one: Named) -> str:
    style = f"line s{one.number % SERIES}{' dashed' if one.is_dashed else ''}"
    line = f'<line class="{style}" x1="0" x2="20" y1="4" y2="4"/>'
    return f'<li><svg viewBox="0 0 20 8" aria-hidden="true">{line}</svg>{escape(one.name)}</li>'
