"""Integer coefficients that turn Y'CbCr samples into R'G'B', shared by both forms of the kernels."""

from typing import Literal, NamedTuple

Matrix = Literal["bt601", "bt709", "bt2020"]

FRACTION_BITS = 13
"""Binary places of the coefficients; each fits into 16 bits with its sign, each sum into 32."""

_KR_KB = {"bt601": (0.299, 0.114), "bt709": (0.2126, 0.0722), "bt2020": (0.2627, 0.0593)}


class Coefficients(NamedTuple):
    """The terms of the conversion, in units of 2**-13, beside the luma of black.

    With y = luma - black, u = Cb - 128, v = Cr - 128 and >> as floor division by 2**13::

        R = clip((luma * y + red * v + 2**12) >> 13)
        G = clip((luma * y - green_u * u - green_v * v + 2**12) >> 13)
        B = clip((luma * y + blue * u + 2**12) >> 13)
    """

    black: int
    luma: int
    red: int
    green_u: int
    green_v: int
    blue: int


def coefficients(matrix: Matrix, full_range: bool) -> Coefficients:
    """Round the equations of BT.601, BT.709 or BT.2020 (non-constant luminance) to 13 binary places.

    Limited range has luma 16..235 and chroma 16..240, full range 0..255 for both.
    Raises ValueError for another matrix.
    """
    if matrix not in _KR_KB:
        raise ValueError(f"matrix is {matrix!r}, not one of {', '.join(_KR_KB)}")
    kr, kb = _KR_KB[matrix]
    kg = 1.0 - kr - kb
    luma, chroma = (1.0, 1.0) if full_range else (255 / 219, 255 / 224)
    one = 1 << FRACTION_BITS
    return Coefficients(
        black=0 if full_range else 16,
        luma=round(luma * one),
        red=round(2 * (1 - kr) * chroma * one),
        green_u=round(2 * kb * (1 - kb) / kg * chroma * one),
        green_v=round(2 * kr * (1 - kr) / kg * chroma * one),
        blue=round(2 * (1 - kb) * chroma * one),
    )
