"""Rows of an array as vectors of numbers, as LLVM code; `tiles_llvm.py` writes its loops with them."""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.errors import RequireLiteralValue

from w2v.kernels.simd.registers import VECTOR

CONTRACT = ("contract",)  # allows a product and a sum to be one fused instruction


class BFloat16(ir.types.Type):
    """The upper half of a float32, which llvmlite has no name for."""

    def __str__(self) -> str:
        return "bfloat"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, BFloat16)

    def __hash__(self) -> int:
        return hash(BFloat16)


class Rows:
    """Code generation for the rows of one array."""

    def __init__(self, context: Any, builder: ir.IRBuilder, kind: types.Array, value: ir.Value) -> None:
        array = context.make_array(kind)(context, builder, value)
        self.builder, self.data = builder, array.data
        self.shape = cgutils.unpack_tuple(builder, array.shape)
        self.strides = cgutils.unpack_tuple(builder, array.strides)  # bytes
        self.width = self.shape[-1]  # numbers in a row
        self.number = context.get_data_type(kind.dtype)
        self.lanes = VECTOR * 8 // kind.dtype.bitwidth
        self.vector = ir.VectorType(self.number, self.lanes)

    def row(self, index: ir.Value) -> ir.Value:
        """Pointer to the first number of a row."""
        return self.builder.gep(self.data, [self.builder.mul(index, self.width)])

    def load(self, row: ir.Value, offset: ir.Value) -> ir.Value:
        """The vector that begins `offset` numbers into a row."""
        pointer = self.builder.bitcast(self.builder.gep(row, [offset]), self.vector.as_pointer())
        return self.builder.load(pointer, align=self.number_bytes)

    def store(self, value: ir.Value, row: ir.Value, offset: ir.Value) -> None:
        pointer = self.builder.bitcast(self.builder.gep(row, [offset]), self.vector.as_pointer())
        self.builder.store(value, pointer, align=self.number_bytes)

    def broadcast(self, number: ir.Value) -> ir.Value:
        """A vector with the number in each lane."""
        one = self.builder.insert_element(ir.Constant(self.vector, ir.Undefined), number, int32(0))
        return self.builder.shuffle_vector(one, one, mask([0] * self.lanes))

    def times_plus(self, a: ir.Value, b: ir.Value, c: ir.Value) -> ir.Value:
        """a b + c; where lanes of a and b are pairs, a_0 b_0 + a_1 b_1 + c."""
        if self.paired:
            a, b = (self.builder.bitcast(pairs, self.halves) for pairs in (a, b))
            return self.call("dpbf16ps", c.type, c, a, b)
        return self.builder.fadd(self.builder.fmul(a, b, flags=CONTRACT), c, flags=CONTRACT)

    @property
    def paired(self) -> bool:
        """Whether each lane holds a pair of bfloat16."""
        return isinstance(self.number, ir.IntType)

    @property
    def halves(self) -> ir.VectorType:
        """A register of bfloat16, two to a lane."""
        return ir.VectorType(BFloat16(), 2 * self.lanes)

    def call(self, name: str, result: ir.Type, *values: ir.Value) -> ir.Value:
        """One of the processor's instructions for bfloat16."""
        kind = ir.FunctionType(result, [value.type for value in values])
        name = f"llvm.x86.avx512bf16.{name}.{VECTOR * 8}"
        return self.builder.call(cgutils.get_or_insert_function(self.builder.module, kind, name), values)

    @property
    def number_bytes(self) -> int:
        return VECTOR // self.lanes

    def each_vector(self) -> Any:
        """A loop over the offsets of a row's vectors."""
        zero = ir.Constant(self.width.type, 0)
        return cgutils.for_range_slice(self.builder, zero, self.width, ir.Constant(self.width.type, self.lanes))

    def whole(self, value: int) -> ir.Constant:
        """A constant index."""
        return ir.Constant(self.width.type, value)


def literal(value: types.Type) -> int:
    """The number that is written in the call, not computed."""
    if not isinstance(value, types.IntegerLiteral):
        raise RequireLiteralValue("the shape of a tile is part of the code")
    return value.literal_value


def int32(value: int) -> ir.Constant:
    return ir.Constant(ir.IntType(32), value)


def mask(lanes: list[int]) -> ir.Constant:
    return ir.Constant(ir.VectorType(ir.IntType(32), len(lanes)), lanes)


def sums_of_lanes(builder: ir.IRBuilder, vectors: list[ir.Value], lanes: int) -> ir.Value:
    """The sum over the lanes of each of 2, 4, ... vectors, up to `lanes` of them, as one vector of these sums.

    Vectors are added in pairs, each step halving both their number and the part of a vector that belongs to one sum,
    so that `lanes` sums cost lanes - 1 additions of vectors and not lanes * log(lanes). But vectors of 64 bytes are
    halved first: shorter ones are rearranged in half the time, which is worth the more additions.
    """
    if VECTOR == 64:
        lanes //= 2
        low_mask, high_mask = mask(list(range(lanes))), mask(list(range(lanes, 2 * lanes)))
        vectors = [
            builder.fadd(
                builder.shuffle_vector(v, v, low_mask), builder.shuffle_vector(v, v, high_mask), flags=CONTRACT
            )
            for v in vectors
        ]
    part = lanes
    while part > 1:
        part //= 2
        if len(vectors) > 1:
            half = len(vectors) // 2
            pairs = list(zip(vectors[:half], vectors[half:], strict=True))
            low = [s + side + t for s in range(0, lanes, 2 * part) for side in (0, lanes) for t in range(part)]
        else:
            width = vectors[0].type.count
            pairs = [(vectors[0], vectors[0])]
            low = [s + t for s in range(0, width, 2 * part) for t in range(part)]
        low_mask, high_mask = mask(low), mask([lane + part for lane in low])
        vectors = [
            builder.fadd(
                builder.shuffle_vector(a, b, low_mask), builder.shuffle_vector(a, b, high_mask), flags=CONTRACT
            )
            for a, b in pairs
        ]
    return vectors[0]


def index_at(builder: ir.IRBuilder, numbers: Rows, at: ir.Value) -> ir.Value:
    """The whole number at a place of a one-dimensional array, widened."""
    value = builder.load(builder.gep(numbers.data, [at]))
    return builder.sext(value, numbers.width.type) if value.type != numbers.width.type else value
