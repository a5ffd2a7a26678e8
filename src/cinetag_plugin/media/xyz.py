"""Digital cinema stores X'Y'Z' for a projector; this brings it to R'G'B' for a display, in FFmpeg's filters.

SMPTE ST 428-1: a code of 12 bits is ``(48/52.37 * X)^(1/2.6)``, where luminance 1 is the white of
48 cd/m2. Displays: primaries of BT.709, white D65, curve of IEC 61966-2-1 (sRGB). Colours outside of
BT.709 are clipped.
"""

from typing import Any

PROJECTOR_GAMMA = 2.6
HEADROOM = 52.37 / 48
"""Light of the largest code over that of white."""

_SCALER_GAMMA = 2.2
# IEC 61966-2-1 gives XYZ of the primaries; this is its inverse, to BT.709
_TO_BT709 = (
    (3.2404542, -1.5371385, -0.4985314),
    (-0.9692660, 1.8760108, 0.0415560),
    (0.0556434, -0.2040259, 1.0572252),
)
_MIXED = ("rr", "rg", "rb", "gr", "gg", "gb", "br", "bg", "bb")
_ROOM = 2  # the mixer takes factors from -2 to 2


def displayed(stream: Any, size: tuple[int, int], *, flags: str, labelled: bool) -> Any:
    """Scale X'Y'Z' pictures and turn them into 16-bit R'G'B'.

    Args:
        stream: ffmpeg-python's.
        size: width and height wanted.
        flags: how FFmpeg scales.
        labelled: FFmpeg knows that it is X'Y'Z'; else it takes the three numbers for R'G'B'.
    """
    stream = stream.filter("scale", w=size[0], h=size[1], flags=flags).filter("format", pix_fmts="rgb48le")
    if labelled:
        # the scaler's own conversion has the right matrix, but a curve of 2.2 and no headroom
        return _curved(stream, f"pow(val/maxval,{_SCALER_GAMMA})*{HEADROOM}")
    stream = _each(stream, f"pow(val/maxval,{PROJECTOR_GAMMA})*maxval")
    factors = [round(factor / _ROOM, 7) for row in _TO_BT709 for factor in row]
    stream = stream.filter("colorchannelmixer", **dict(zip(_MIXED, factors, strict=True)))
    return _curved(stream, f"val/maxval*{_ROOM * HEADROOM}")


def _curved(stream: Any, light: str) -> Any:
    """Apply the sRGB curve to the light that an expression gives, 1 for white."""
    return _each(
        stream,
        f"st(0,min({light},1))*0+maxval*if(lte(ld(0),0.0031308),12.92*ld(0),1.055*pow(ld(0),1/2.4)-0.055)",
    )


def _each(stream: Any, expression: str) -> Any:
    return stream.filter("lutrgb", r=expression, g=expression, b=expression)
