"""Integer coefficients that turn Y'CbCr samples into R'G'B', shared by both forms of the kernels."""

from functools import cache
from typing import Literal, NamedTuple

Matrix = Literal["bt601", "bt709", "bt2020"]

_KR_KB = {"bt601": (0.299, 0.114), "bt709": (0.2126, 0.0722), "bt2020": (0.2627, 0.0593)}
_ONE = 1 << 14
_NEUTRAL = 128


class Coefficients(NamedTuple):
    """The factors of the conversion in units of 2**-14, each with what it makes of zero signal.

    A product of a factor and a sample, rounded down to 64ths of a level, is ``term(k, x) =
    k * x >> 8``. With the zeros, ``luma_zero = term(luma, black)`` and ``term(k, 128)`` for the
    others, the channels are::

        R = clip(grey + term(red, Cr) - red_zero >> 6)
        G = clip(grey - term(green_u, Cb) + green_u_zero - term(green_v, Cr) + green_v_zero >> 6)
        B = clip(grey + term(blue, Cb) - blue_zero >> 6)
        where grey = term(luma, Y) - luma_zero + 32

    So equal R, G and B come of neutral chroma, and everything is within one level of the equations
    in real numbers (within half a level but for 2 values in 100). All factors fit into 16 bits
    without a sign; all sums, less 128 levels, into 16 bits with one.
    """

    luma: int
    red: int
    green_u: int
    green_v: int
    blue: int
    luma_zero: int
    red_zero: int
    green_u_zero: int
    green_v_zero: int
    blue_zero: int


@cache
def coefficients(matrix: Matrix, full_range: bool) -> Coefficients:
    """Round the equations of BT.601, BT.709 or BT.2020 (non-constant luminance) to 14 binary places.

    Limited range has luma 16..235 and chroma 16..240, full range 0..255 for both.
    Raises ValueError for another matrix.
    """
    if matrix not in _KR_KB:
        raise ValueError(f"matrix is {matrix!r}, not one of {', '.join(_KR_KB)}")
    kr, kb = _KR_KB[matrix]
    kg = 1.0 - kr - kb
    black, luma, chroma = (0, 1.0, 1.0) if full_range else (16, 255 / 219, 255 / 224)
    factors = [
        round(factor * _ONE)
        for factor in (
            luma,
            2 * (1 - kr) * chroma,
            2 * kb * (1 - kb) / kg * chroma,
            2 * kr * (1 - kr) / kg * chroma,
            2 * (1 - kb) * chroma,
        )
    ]
    zeros = [factors[0] * black >> 8, *(factor * _NEUTRAL >> 8 for factor in factors[1:])]
    return Coefficients(*factors, *zeros)
