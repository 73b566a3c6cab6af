"""SVG elements as safe markup. Colours and sizes of letters are those of ``templates/drawings.css``, by class."""

from __future__ import annotations

from markupsafe import Markup, escape

from scoring.report.wording import visible


def tag(name: str, *content: str, **attributes: object) -> Markup:
    """An element; ``_`` in a name stands for ``-``, a trailing one is dropped, and ``None`` leaves an attribute out.

    Content and values are escaped unless they are markup; numbers keep one digit after the point.
    """
    given = (f' {_name(key)}="{_value(value)}"' for key, value in attributes.items() if value is not None)
    opened = f"<{name}{''.join(given)}"
    return Markup(f"{opened}>{''.join(map(_safe, content))}</{name}>" if content else f"{opened}/>")


def picture(title: str, width: float, height: float, *content: str, left: float = 0.0, **attributes: object) -> Markup:
    """An SVG drawing of that size in its own units, which a screen reader gives by its title alone."""
    return tag("svg", *content, role="img", aria_label=title, **sized(width, height, left), **attributes)


def ornament(width: float, height: float, *content: str, **attributes: object) -> Markup:
    """An SVG drawing that a screen reader passes over, since the same stands beside it in words."""
    return tag("svg", *content, aria_hidden="true", **sized(width, height), **attributes)


def sized(width: float, height: float, left: float = 0.0) -> dict[str, object]:
    """Attributes that give a drawing its own units, beginning at ``left``; the style sheet sets its size, by class."""
    return {"viewBox": f"{number(left)} 0 {number(width)} {number(height)}"}


def number(value: float) -> str:
    """A coordinate, to a tenth."""
    return f"{value:.1f}".removesuffix(".0")


def _safe(words: str) -> str:
    return words if isinstance(words, Markup) else str(escape(visible(words)))


def _name(key: str) -> str:
    return key if key == "viewBox" else key.rstrip("_").replace("_", "-")


def _value(value: object) -> str:
    return number(value) if isinstance(value, float) else _safe(str(value))
