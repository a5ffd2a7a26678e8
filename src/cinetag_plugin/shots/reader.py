"""The network of :mod:`.passages`, made ready to run."""

import numpy as np
from numpy.typing import NDArray

from cinetag_plugin.models.interpreter import open_interpreter
from cinetag_plugin.models.store import builtin_model
from cinetag_plugin.shots.passages import Probabilities, Reader

MODEL = "cinetag-shots"


def opened_reader() -> Reader:
    """Load the network that ships with the package, on one thread of the processor.

    Raises:
        ModelError: its file is missing or damaged, or no TensorFlow Lite runtime is installed.
    """
    model = builtin_model(MODEL)
    backend = open_interpreter(model.content(), subject=MODEL)

    def read(kinship: NDArray[np.float32]) -> Probabilities:
        answers: Probabilities = backend.run(kinship[np.newaxis, np.newaxis])[0, 0]
        return answers

    return read
