"""Tables in expressions of FFmpeg, looked up by halves: its parser refuses sums of a hundred terms."""

from collections.abc import Sequence


def looked_up(variable: str, firsts: Sequence[int], values: Sequence[str]) -> str:
    """Return the expression for ``values[i]`` where ``firsts[i] <= variable < firsts[i + 1]``.

    Args:
        variable: a name that FFmpeg knows in that place, such as ``n``.
        firsts: rising whole numbers, one a value; what is below the first has the first value.
        values: expressions without blanks, at least one.
    """
    if len(values) == 1:
        return values[0]
    half = len(values) // 2
    early, late = (
        looked_up(variable, firsts[part], values[part]) for part in (slice(half), slice(half, None))
    )
    return f"if(lt({variable},{firsts[half]}),{early},{late})"
