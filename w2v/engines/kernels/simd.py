"""Vector instructions on table rows, written in LLVM's own language where loops alone do not become them.

A row is a whole number of cache lines, and a line is a whole number of vector registers: so a loop over a row has no
remainder, and the compiler need not ask whether rows overlap. Each function here is one such loop:

    dot_tile(...)       the scores of a tile of hidden rows and output rows, all sums kept in registers
    add_rows(...)       to += sum_k weight_k row_k, for 1, 2, 4 or 8 rows in one pass
    copy_row(...)       to = row
    prefetch_row(...)   ask for a row before it is needed

Rows are named as (array, index). Arrays are C-contiguous, of one number type, and tables have two dimensions; nothing
is checked.
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.registry import cpu_target
from numba.extending import intrinsic

CONTRACT = ("contract",)  # allows a product and a sum to be one fused instruction


def _machine() -> tuple[int, int]:
    """Bytes of a vector register, and how many hidden rows a tile has, on the machine that numba compiles for."""
    features = cpu_target.target_context.codegen().magic_tuple()[2]
    if "+avx512f" in features:
        return 64, 4  # 32 registers: 4 x 4 sums, 8 rows
    if "+avx" in features:
        return 32, 2  # 16 registers: 2 x 4 sums, 6 rows
    return 16, 4  # NEON has 32 of them; plain SSE spills some


VECTOR, TILE_HIDDEN = _machine()
TILE_ROWS = 4
SLACK = 16  # rows that a buffer has beyond its use, because tiles are whole; what is computed of them nobody reads


class _Rows:
    """Code generation for the rows of one array."""

    def __init__(self, context: Any, builder: ir.IRBuilder, kind: types.Array, value: ir.Value) -> None:
        array = context.make_array(kind)(context, builder, value)
        self.builder, self.data = builder, array.data
        self.width = builder.extract_value(array.shape, 1)  # numbers in a row
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
        one = self.builder.insert_element(ir.Constant(self.vector, ir.Undefined), number, _int32(0))
        return self.builder.shuffle_vector(one, one, _mask([0] * self.lanes))

    def times_plus(self, a: ir.Value, b: ir.Value, c: ir.Value) -> ir.Value:
        """a b + c."""
        return self.builder.fadd(self.builder.fmul(a, b, flags=CONTRACT), c, flags=CONTRACT)

    @property
    def number_bytes(self) -> int:
        return VECTOR // self.lanes

    def each_vector(self) -> Any:
        """A loop over the offsets of a row's vectors."""
        zero = ir.Constant(self.width.type, 0)
        return cgutils.for_range_slice(self.builder, zero, self.width, ir.Constant(self.width.type, self.lanes))


def _indices(given: types.BaseTuple) -> types.UniTuple:
    """The type that a tuple of row numbers is converted to."""
    return types.UniTuple(types.intp, len(given))


def _int32(value: int) -> ir.Constant:
    return ir.Constant(ir.IntType(32), value)


def _mask(lanes: list[int]) -> ir.Constant:
    return ir.Constant(ir.VectorType(ir.IntType(32), len(lanes)), lanes)


def _sums(builder: ir.IRBuilder, vectors: list[ir.Value], lanes: int) -> list[ir.Value]:
    """The sum over the lanes of each vector, as numbers.

    Vectors are added in pairs, each step halving both their number and the part of a vector that belongs to one sum,
    so that `lanes` sums cost lanes - 1 additions of vectors and not lanes * log(lanes).
    """
    zero = ir.Constant(vectors[0].type, None)
    found: list[ir.Value] = []
    for start in range(0, len(vectors), lanes):
        group = vectors[start : start + lanes]
        wanted = len(group)
        group = group + [zero] * (lanes - wanted)
        part = lanes
        while len(group) > 1:
            half, part = len(group) // 2, part // 2
            low = [s + side + t for s in range(0, lanes, 2 * part) for side in (0, lanes) for t in range(part)]
            low_mask, high_mask = _mask(low), _mask([lane + part for lane in low])
            group = [
                builder.fadd(
                    builder.shuffle_vector(a, b, low_mask), builder.shuffle_vector(a, b, high_mask), flags=CONTRACT
                )
                for a, b in zip(group[:half], group[half:], strict=True)
            ]
        found += [builder.extract_element(group[0], _int32(lane)) for lane in range(wanted)]
    return found


@intrinsic
def dot_tile(typingctx, hidden, firsts, rows, slots, out, start, stride):  # type: ignore[no-untyped-def]
    """out[start + a * stride + b] = <hidden[firsts[a]], rows[slots[b]]> for all a, b; firsts and slots are tuples."""

    def generate(context, builder, signature, values):  # type: ignore[no-untyped-def]
        h = _Rows(context, builder, signature.args[0], values[0])
        r = _Rows(context, builder, signature.args[2], values[2])
        to = context.make_array(signature.args[4])(context, builder, values[4]).data
        left = [h.row(index) for index in cgutils.unpack_tuple(builder, values[1])]
        right = [r.row(index) for index in cgutils.unpack_tuple(builder, values[3])]
        zero = ir.Constant(h.vector, None)
        sums = [[cgutils.alloca_once_value(builder, zero) for _ in right] for _ in left]
        with h.each_vector() as (offset, _):
            across = [r.load(row, offset) for row in right]
            for a, row in enumerate(left):
                along = h.load(row, offset)
                for b, other in enumerate(across):
                    builder.store(h.times_plus(along, other, builder.load(sums[a][b])), sums[a][b])
        numbers = _sums(builder, [builder.load(cell) for line in sums for cell in line], h.lanes)
        at, stride = values[5:]
        for a in range(len(left)):
            for b in range(len(right)):
                place = builder.gep(to, [builder.add(at, ir.Constant(at.type, b))])
                builder.store(numbers[a * len(right) + b], place)
            at = builder.add(at, stride)
        return context.get_dummy_value()

    whole = types.intp
    return types.void(hidden, _indices(firsts), rows, _indices(slots), out, whole, whole), generate


@intrinsic
def add_rows(typingctx, to, target, rows, indices, weights):  # type: ignore[no-untyped-def]
    """to[target] += sum_k weights[k] rows[indices[k]]; indices and weights are tuples of one length."""

    def generate(context, builder, signature, values):  # type: ignore[no-untyped-def]
        t = _Rows(context, builder, signature.args[0], values[0])
        r = _Rows(context, builder, signature.args[2], values[2])
        into = t.row(values[1])
        sources = [r.row(index) for index in cgutils.unpack_tuple(builder, values[3])]
        factors = [r.broadcast(weight) for weight in cgutils.unpack_tuple(builder, values[4])]
        with t.each_vector() as (offset, _):
            total = t.load(into, offset)
            for source, factor in zip(sources, factors, strict=True):
                total = t.times_plus(factor, r.load(source, offset), total)
            t.store(total, into, offset)
        return context.get_dummy_value()

    factors = types.UniTuple(rows.dtype, len(weights))
    return types.void(to, types.intp, rows, _indices(indices), factors), generate


@intrinsic
def copy_row(typingctx, to, target, rows, index):  # type: ignore[no-untyped-def]
    """to[target] = rows[index]."""

    def generate(context, builder, signature, values):  # type: ignore[no-untyped-def]
        t = _Rows(context, builder, signature.args[0], values[0])
        r = _Rows(context, builder, signature.args[2], values[2])
        into, source = t.row(values[1]), r.row(values[3])
        with t.each_vector() as (offset, _):
            t.store(r.load(source, offset), into, offset)
        return context.get_dummy_value()

    return types.void(to, types.intp, rows, types.intp), generate


@intrinsic
def prefetch_row(typingctx, rows, index):  # type: ignore[no-untyped-def]
    """Ask the memory for a row that is going to be read and written."""

    def generate(context, builder, signature, values):  # type: ignore[no-untyped-def]
        r = _Rows(context, builder, signature.args[0], values[0])
        row = r.row(values[1])
        byte = ir.IntType(8).as_pointer()
        kind = ir.FunctionType(ir.VoidType(), [byte, *[ir.IntType(32)] * 3])
        prefetch = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        line = ir.Constant(r.width.type, 64 // r.number_bytes)
        with cgutils.for_range_slice(builder, ir.Constant(r.width.type, 0), r.width, line) as (offset, _):
            pointer = builder.bitcast(builder.gep(row, [offset]), byte)
            builder.call(prefetch, [pointer, _int32(1), _int32(3), _int32(1)])  # to write, keep it close, data
        return context.get_dummy_value()

    return types.void(rows, types.intp), generate
