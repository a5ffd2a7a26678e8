"""Which registered detector and grouping the settings name."""

from cinetag_plugin.document.contracts import DetectorSpec, GroupingSpec
from cinetag_plugin.document.errors import UsageError
from cinetag_plugin.hooks.manager import Plugins
from cinetag_plugin.settings import Settings

AUTO_DETECTOR = "accurate"


def detector_spec(settings: Settings, plugins: Plugins) -> DetectorSpec:
    """Return the detector that looks at every frame.

    Raises:
        UsageError: nobody registered it.
    """
    known = plugins.detectors()
    # where fast is of no use, accurate decides
    name = AUTO_DETECTOR if settings.detector in {"auto", "fast"} else settings.detector
    if name not in known:
        choice = ", ".join(["auto", "fast", *known])
        raise UsageError(f"--detector {name}", "no such detector", f"choose from {choice}")
    return known[name]


def grouping_spec(settings: Settings, plugins: Plugins) -> GroupingSpec | None:
    """Return the grouping of shots into beats; None where none is wanted.

    Raises:
        UsageError: nobody registered it.
    """
    if not settings.grouping:
        return None
    known = plugins.groupings()
    if settings.grouping not in known:
        choice = ", ".join(known) or "none is installed"
        raise UsageError(f"--grouping {settings.grouping}", "no such grouping", f"choose from: {choice}")
    return known[settings.grouping]
