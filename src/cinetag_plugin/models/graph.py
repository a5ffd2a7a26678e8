"""The graph of a ``.tflite`` file as far as inspecting and cutting need it.

Field numbers are those of TensorFlow Lite's ``schema.fbs``, which only ever adds fields.
"""

from cinetag_plugin.models.flatbuffer import MalformedError, Table

IDENTIFIER = b"TFL3"
MODEL_OPERATOR_CODES, MODEL_SUBGRAPHS, MODEL_BUFFERS, MODEL_METADATA, MODEL_SIGNATURES = 1, 2, 4, 6, 7
GRAPH_TENSORS, GRAPH_INPUTS, GRAPH_OUTPUTS, GRAPH_OPERATORS = 0, 1, 2, 3
TENSOR_SHAPE, TENSOR_TYPE, TENSOR_BUFFER, TENSOR_NAME, TENSOR_QUANTISATION = 0, 1, 2, 3, 4
QUANTISATION_SCALE, QUANTISATION_ZERO = 2, 3
OPERATOR_CODE, OPERATOR_INPUTS, OPERATOR_OUTPUTS = 0, 1, 2
CODE_OLD, CODE_NEW = 0, 3
BUFFER_DATA = 0

SAME_VALUES = {6: "DEQUANTIZE", 22: "RESHAPE", 43: "SQUEEZE", 114: "QUANTIZE"}
"""Operators that change a score's shape or number type, not its value."""

QUANTISE = 114
BYTE_TYPES = {3: 0, 9: -128}
"""Types of eight bits (uint8, int8), each with its least value."""

ACTIVATIONS = {14: "LOGISTIC", 25: "SOFTMAX"}
"""Operators after which scores are probabilities."""


class Graph:
    """The main graph of a model file; positions are into the bytes it was made from."""

    def __init__(self, data: bytes | bytearray) -> None:
        """Find the main graph.

        Raises:
            MalformedError: the bytes are no TensorFlow Lite model, or one without a graph.
        """
        self.model = Table.root(data, IDENTIFIER)
        subgraphs = self.model.tables(MODEL_SUBGRAPHS)
        if not subgraphs:
            raise MalformedError("has no graph in it")
        self.main = subgraphs[0]
        self.tensors = self.main.tables(GRAPH_TENSORS)
        self.operators = self.main.tables(GRAPH_OPERATORS)
        self._codes = self.model.tables(MODEL_OPERATOR_CODES)

    def tensor_index(self, tensor: str) -> int:
        """Return the index of a tensor given by name or by index as text.

        Raises:
            MalformedError: no tensor is called so, or several are.
        """
        names = [table.text(TENSOR_NAME) for table in self.tensors]
        found = [index for index, name in enumerate(names) if name == tensor]
        if not found and tensor.isdecimal() and int(tensor) < len(names):
            found = [int(tensor)]
        if len(found) != 1:
            raise MalformedError(f"has {len(found) or 'no'} tensors called {tensor}, and needs one")
        return found[0]

    def needed_for(self, tensor: int) -> list[int]:
        """Return which operators, in order, a tensor depends on (they are stored in execution order)."""
        wanted, needed = {tensor}, []
        for index in reversed(range(len(self.operators))):
            operator = self.operators[index]
            if wanted.intersection(operator.numbers(OPERATOR_OUTPUTS, "i")):
                needed.append(index)
                wanted.update(int(i) for i in operator.numbers(OPERATOR_INPUTS, "i") if i >= 0)
        return needed[::-1]

    def taken_range(self) -> tuple[float, float] | None:
        """Return the least and the largest input that a model can tell from its neighbours.

        Known where the model takes real numbers and first turns them into eight bits.
        """
        try:
            return self._taken_range()
        except MalformedError:  # what the runtime does not look at may be damaged
            return None

    def _taken_range(self) -> tuple[float, float] | None:
        taken = self.main.numbers(GRAPH_INPUTS, "i")[:1]
        for operator in self.operators:
            if self.code(operator) == QUANTISE and operator.numbers(OPERATOR_INPUTS, "i")[:1] == taken:
                return self._byte_range(int(operator.numbers(OPERATOR_OUTPUTS, "i")[0]))
        return None

    def _byte_range(self, tensor: int) -> tuple[float, float] | None:
        least = BYTE_TYPES.get(self.tensors[tensor].number(TENSOR_TYPE, "b"))
        steps = self.tensors[tensor].table(TENSOR_QUANTISATION)
        scale = steps.numbers(QUANTISATION_SCALE, "f") if steps else []
        zero = steps.numbers(QUANTISATION_ZERO, "q") if steps else []
        if least is None or len(scale) != 1 or len(zero) != 1:
            return None
        return (least - zero[0]) * scale[0], (least + 255 - zero[0]) * scale[0]

    def gives_probabilities(self) -> bool:
        """Say whether the first output comes out of a softmax or a sigmoid."""
        outputs = self.main.numbers(GRAPH_OUTPUTS, "i")
        operators = self.needed_for(int(outputs[0])) if outputs else []
        codes = [self.code(self.operators[i]) for i in reversed(operators)]
        last = next((code for code in codes if code not in SAME_VALUES), -1)
        return last in ACTIVATIONS

    def code(self, operator: Table) -> int:
        """Return an operator's number in the schema's list of built-in operators."""
        index = operator.number(OPERATOR_CODE, "I")
        if index >= len(self._codes):
            raise MalformedError(f"uses operator {index} of {len(self._codes)}")
        return max(self._codes[index].number(CODE_OLD, "b"), self._codes[index].number(CODE_NEW, "i"))
