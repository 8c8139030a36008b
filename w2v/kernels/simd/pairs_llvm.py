"""Numbers rounded to bfloat16 and paired, by the processor's own instruction; `factors.py` says what for."""

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from w2v.kernels.simd.rows_llvm import Rows, mask


@intrinsic
def pair_neighbours(typingctx, rows, index, to, into):  # type: ignore[no-untyped-def]
    """to[into, k] = (rows[index, 2 k], rows[index, 2 k + 1]), and zeros behind them to the end of a vector."""

    def generate(context, builder, signature, values):  # type: ignore[no-untyped-def]
        r, t = (Rows(context, builder, signature.args[i], values[i]) for i in (0, 2))
        source, into = r.row(values[1]), t.row(values[3])
        one, two = r.whole(r.lanes), r.whole(2 * r.lanes)

        def pair(offset: ir.Value, following: ir.Value) -> None:
            halves = r.call("cvtne2ps2bf16", t.halves, following, r.load(source, offset))
            t.store(builder.bitcast(halves, t.vector), into, builder.udiv(offset, r.whole(2)))

        even = builder.mul(builder.udiv(r.width, two), two)
        with cgutils.for_range_slice(builder, r.whole(0), even, two) as (offset, _):
            pair(offset, r.load(source, builder.add(offset, one)))
        with builder.if_then(builder.icmp_signed("<", even, r.width)):
            pair(even, ir.Constant(r.vector, None))
        return context.get_dummy_value()

    return types.void(rows, types.intp, to, types.intp), generate


@intrinsic
def pair_rows(typingctx, rows, above, below, to, into):  # type: ignore[no-untyped-def]
    """to[into, k] = (rows[above, k], rows[below, k])."""

    def generate(context, builder, signature, values):  # type: ignore[no-untyped-def]
        r, t = (Rows(context, builder, signature.args[i], values[i]) for i in (0, 3))
        above, below, into = r.row(values[1]), r.row(values[2]), t.row(values[4])
        woven = mask([lane // 2 + lane % 2 * r.lanes for lane in range(2 * r.lanes)])
        with r.each_vector() as (offset, _):
            halves = r.call("cvtne2ps2bf16", t.halves, r.load(below, offset), r.load(above, offset))
            pairs = builder.shuffle_vector(halves, halves, woven)
            t.store(builder.bitcast(pairs, t.vector), into, offset)
        return context.get_dummy_value()

    return types.void(rows, types.intp, types.intp, to, types.intp), generate
