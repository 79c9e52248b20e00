"""The figures of a report as Plotly JSON. The page gives them colours of light or dark.

Every point carries its minutes beside its tokens (`customdata`), so that the page can change the
axis. Names come from files: they are escaped, because Plotly reads some HTML in text.
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from typing import Any

from plotly import graph_objects
from plotly.subplots import make_subplots

from training.report_curves import Curve, smooth

__all__ = ["corpus_figure", "line", "loss_figure"]

_COLOURS = (
    *("#3b82d6", "#c8751a", "#2f9e5b", "#c2559d"),
    *("#d9534f", "#8b6fd6", "#1a96a6", "#8f8a1f"),
)
"""Each at least 3.4 : 1 against the page, light or dark."""
_DASHES = ("solid", "dash", "dot")
_PANEL = 240
"""Height of a panel, px."""


def line(number: int) -> tuple[str, str]:
    """Give the colour and the dash of the n-th line: 24 differ."""
    dash = _DASHES[number // len(_COLOURS) % len(_DASHES)]
    return _COLOURS[number % len(_COLOURS)], dash


def loss_figure(loss: Curve, held_out: Curve) -> dict[str, Any] | None:
    """Draw the training loss above the held-out score, on one axis; None where there is neither."""
    panels = [
        ("loss, nats/token", "training loss", smooth(loss)),
        ("bits/character", "held out", held_out),
    ]
    panels = [panel for panel in panels if panel[2].values]
    if not panels:
        return None
    figure = make_subplots(rows=len(panels), cols=1, shared_xaxes=True, vertical_spacing=0.06)
    for row, (title, name, curve) in enumerate(panels, 1):
        figure.add_trace(_trace(name, curve, 0), row=row, col=1)
        figure.update_yaxes(title_text=title, rangemode=_range(curve), row=row, col=1)
    figure.update_xaxes(title_text="tokens", row=len(panels), col=1)
    return _finish(figure, _PANEL * len(panels))


def corpus_figure(curves: Mapping[str, Curve]) -> dict[str, Any] | None:
    """Draw bits per character by corpus, a line each; None where nothing was scored."""
    if not curves:
        return None
    figure = graph_objects.Figure()
    for number, (name, curve) in enumerate(curves.items()):
        figure.add_trace(_trace(name, curve, number))
    longest = max(curves.values(), key=lambda curve: len(curve.values))
    figure.update_yaxes(title_text="bits/character", rangemode=_range(longest))
    figure.update_xaxes(title_text="tokens")
    return _finish(figure, 2 * _PANEL)


def _trace(name: str, curve: Curve, number: int) -> graph_objects.Scatter:
    colour, dash = line(number)
    return graph_objects.Scatter(
        x=curve.tokens,
        y=curve.values,
        customdata=curve.minutes,
        name=html.escape(name),
        mode="lines" if len(curve.values) > 60 else "lines+markers",
        line={"color": colour, "dash": dash, "width": 2},
        marker={"size": 6},
    )


def _range(curve: Curve) -> str:
    """Around a single point Plotly would draw negative bits."""
    return "normal" if len(curve.values) > 1 else "tozero"


def _finish(figure: graph_objects.Figure, height: int) -> dict[str, Any]:
    figure.update_layout(
        template="none",
        height=height,
        margin={"l": 56, "r": 12, "t": 12, "b": 48},
        showlegend=False,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        hoverlabel={"namelength": -1},
    )
    figure.update_xaxes(rangemode="tozero", zeroline=False)
    figure.update_yaxes(zeroline=False, automargin=True)
    found: dict[str, Any] = json.loads(figure.to_json())
    return found
