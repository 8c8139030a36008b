"""The tiles of `tiles_plain.py`, which defines them, written as LLVM code.

A loop over a row has no remainder, the compiler need not check whether rows overlap, and sums are kept in registers.
"""

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from w2v.kernels.simd.registers import ADD_LINES, TILE_ROWS
from w2v.kernels.simd.rows_llvm import CONTRACT, Rows, index_at, int32, literal, mask, sums_of_lanes


@intrinsic(prefer_literal=True)
def multiply_tile(typingctx, a, b, c, row, offset, n, vectors):  # type: ignore[no-untyped-def]
    """c[row + i, offset:offset + vectors * lanes] = sum_{k < n} a[row + i, k] b[k, the same] for i < TILE_ROWS.

    a may have any strides; `vectors` is written as a number. a and b may be made of pairs (`factors.py`).
    """
    wide = literal(vectors)

    def generate(context, builder, signature, values):  # type: ignore[no-untyped-def]
        left, right, to = (Rows(context, builder, signature.args[i], values[i]) for i in range(3))
        row, offset, n = values[3:6]
        if left.paired:
            n = builder.udiv(builder.add(n, left.whole(1)), left.whole(2))
        byte = ir.IntType(8).as_pointer()
        starts = []
        begin = builder.bitcast(left.data, byte)
        begin = builder.gep(begin, [builder.mul(row, left.strides[0])])
        for _ in range(TILE_ROWS):
            starts.append(begin)
            begin = builder.gep(begin, [left.strides[0]])
        zero = ir.Constant(to.vector, None)
        sums = [[cgutils.alloca_once_value(builder, zero) for _ in range(wide)] for _ in range(TILE_ROWS)]
        for line in sums:
            for cell in line:
                builder.store(zero, cell)
        with cgutils.for_range(builder, n) as loop:
            source = right.row(loop.index)
            across = [right.load(source, builder.add(offset, right.whole(v * right.lanes))) for v in range(wide)]
            along = builder.mul(loop.index, left.strides[1])
            for line, start in zip(sums, starts, strict=True):
                number = builder.load(builder.bitcast(builder.gep(start, [along]), left.number.as_pointer()))
                factor = right.broadcast(number)
                for cell, vector in zip(line, across, strict=True):
                    builder.store(right.times_plus(factor, vector, builder.load(cell)), cell)
        for i, line in enumerate(sums):
            into = to.row(builder.add(row, to.whole(i)))
            for v, cell in enumerate(line):
                to.store(builder.load(cell), into, builder.add(offset, to.whole(v * to.lanes)))
        return context.get_dummy_value()

    return types.void(a, b, c, types.intp, types.intp, types.intp, vectors), generate


@intrinsic
def transpose_tile(typingctx, rows, first, offset, to):  # type: ignore[no-untyped-def]
    """to[offset + j, first + i] = rows[first + i, offset + j] for i and j below the lanes of a vector."""

    def generate(context, builder, signature, values):  # type: ignore[no-untyped-def]
        source, t = (
            Rows(context, builder, signature.args[0], values[0]),
            Rows(context, builder, signature.args[3], values[3]),
        )
        first, offset = values[1:3]
        lanes = source.lanes
        block = [source.load(source.row(builder.add(first, source.whole(i))), offset) for i in range(lanes)]
        step = 1
        while step < lanes:
            low = [j if j & step == 0 else lanes + j - step for j in range(lanes)]
            high = [j + step if j & step == 0 else lanes + j for j in range(lanes)]
            for i in range(lanes):
                if i & step == 0:
                    one, other = block[i], block[i + step]
                    block[i] = builder.shuffle_vector(one, other, mask(low))
                    block[i + step] = builder.shuffle_vector(one, other, mask(high))
            step *= 2
        for j in range(lanes):
            t.store(block[j], t.row(builder.add(offset, t.whole(j))), first)
        return context.get_dummy_value()

    return types.void(rows, types.intp, types.intp, to), generate


@intrinsic(prefer_literal=True)
def dot_tile(typingctx, rows, members, first, others, slots, start, out, place, step, lines, run):  # type: ignore[no-untyped-def]
    """out[place + i step + k] = <rows[members[first + i]], others[slots[start + k]]> for i < lines, k < run.

    members, slots and out are one-dimensional; `lines`, 1 or 2, and `run`, 2 or 4, are written as numbers. Lines are
    written in order.
    """
    count, wide = literal(lines), literal(run)

    def generate(context, builder, signature, values):  # type: ignore[no-untyped-def]
        left, members, right, slots, to = (
            Rows(context, builder, signature.args[i], values[i]) for i in (0, 1, 3, 4, 6)
        )
        first, start, place, step = values[2], values[5], values[7], values[8]
        lines = [left.row(index_at(builder, members, builder.add(first, left.whole(i)))) for i in range(count)]
        others = [right.row(index_at(builder, slots, builder.add(start, left.whole(k)))) for k in range(wide)]
        zero = ir.Constant(left.vector, None)
        sums = [cgutils.alloca_once(builder, left.vector) for _ in range(count * wide)]
        for cell in sums:
            builder.store(zero, cell)
        with left.each_vector() as (offset, _):
            along = [left.load(line, offset) for line in lines]
            across = [right.load(other, offset) for other in others]
            for number, cell in enumerate(sums):
                a, b = along[number // wide], across[number % wide]
                builder.store(left.times_plus(a, b, builder.load(cell)), cell)
        group = min(wide, left.lanes)
        for i in range(count):
            for k in range(0, wide, group):
                cells = sums[i * wide + k : i * wide + k + group]
                found = sums_of_lanes(builder, [builder.load(cell) for cell in cells], left.lanes)
                at = builder.add(builder.add(place, builder.mul(step, left.whole(i))), left.whole(k))
                pointer = builder.bitcast(builder.gep(to.data, [at]), found.type.as_pointer())
                builder.store(found, pointer, align=left.number_bytes)
        return context.get_dummy_value()

    whole = types.intp
    return types.void(rows, members, whole, others, slots, whole, out, whole, whole, lines, run), generate


@intrinsic
def label_run(typingctx, positive, negative, place, codes, start, n):  # type: ignore[no-untyped-def]
    """positive[place + k] = 1 - codes[start + k], negative[place + k] = codes[start + k] for k < n, and a few more."""

    def generate(context, builder, signature, values):  # type: ignore[no-untyped-def]
        large, small, source = (Rows(context, builder, signature.args[i], values[i]) for i in (0, 1, 3))
        place, start, n = values[2], values[4], values[5]
        bits = ir.VectorType(source.number, large.lanes)
        ones = ir.Constant(large.vector, [1.0] * large.lanes)
        zero, lanes = large.whole(0), large.whole(large.lanes)
        with cgutils.for_range_slice(builder, zero, n, lanes) as (k, _):
            pointer = builder.gep(source.data, [builder.add(start, k)])
            byte_codes = builder.load(builder.bitcast(pointer, bits.as_pointer()), align=1)
            code = builder.uitofp(byte_codes, large.vector)
            large.store(builder.fsub(ones, code), large.data, builder.add(place, k))
            small.store(code, small.data, builder.add(place, k))
        return context.get_dummy_value()

    whole = types.intp
    return types.void(positive, negative, whole, codes, whole, whole), generate


@intrinsic
def move_run(typingctx, to, place, numbers, start, n, first, last, shift):  # type: ignore[no-untyped-def]
    """to[place + k] = numbers[start + k], plus `shift` where first <= it < last, for k < n, and a few places more.

    `to` and `numbers` are one-dimensional, of the same type of whole numbers.
    """

    def generate(context, builder, signature, values):  # type: ignore[no-untyped-def]
        t, source = (Rows(context, builder, signature.args[i], values[i]) for i in (0, 2))
        place, start, n = values[1], values[3], values[4]
        low, high, by = (t.broadcast(builder.trunc(value, t.number)) for value in values[5:8])
        with cgutils.for_range_slice(builder, t.whole(0), n, t.whole(t.lanes)) as (k, _):
            found = source.load(source.data, builder.add(start, k))
            inside = builder.and_(builder.icmp_signed(">=", found, low), builder.icmp_signed("<", found, high))
            t.store(builder.select(inside, builder.add(found, by), found), t.data, builder.add(place, k))
        return context.get_dummy_value()

    whole = types.intp
    return types.void(to, whole, numbers, whole, whole, whole, whole, whole), generate


@intrinsic(prefer_literal=True)
def add_tile(
    typingctx,
    to,
    targets,
    first,
    rows,
    slots,
    start,
    weights,
    place,
    lines,
    line_step,
    terms,
    term_step,
    offset,
    vectors,
):  # type: ignore[no-untyped-def]
    """to[targets[first + i]] += sum_{k < terms} weights[place + i line_step + k term_step] rows[slots[start + k]]

    for i < lines, ADD_LINES at most, and from `offset` for some vectors. The targets are different from each other;
    targets, slots and weights are one-dimensional; `vectors` is written as a number.
    """
    wide = literal(vectors)

    def generate(context, builder, signature, values):  # type: ignore[no-untyped-def]
        t, targets, r, slots, factors = (Rows(context, builder, signature.args[i], values[i]) for i in (0, 1, 3, 4, 6))
        first, start, place, lines, line_step, terms, term_step, offset = (values[i] for i in (2, 5, *range(7, 13)))

        def add(number: int) -> None:
            tile = []
            for i in range(number):
                into = builder.gep(t.row(index_at(builder, targets, builder.add(first, t.whole(i)))), [offset])
                cells = [cgutils.alloca_once(builder, t.vector) for _ in range(wide)]
                for v, cell in enumerate(cells):
                    builder.store(t.load(into, t.whole(v * t.lanes)), cell)
                weight = builder.gep(factors.data, [builder.add(place, builder.mul(t.whole(i), line_step))])
                tile.append((weight, into, cells))
            with cgutils.for_range(builder, terms) as loop:
                source = builder.gep(r.row(index_at(builder, slots, builder.add(start, loop.index))), [offset])
                across = [r.load(source, r.whole(v * r.lanes)) for v in range(wide)]
                k = builder.mul(loop.index, term_step)
                for weight, _, cells in tile:
                    factor = r.broadcast(builder.load(builder.gep(weight, [k])))
                    for cell, vector in zip(cells, across, strict=True):
                        builder.store(t.times_plus(factor, vector, builder.load(cell)), cell)
            for _, into, cells in tile:
                for v, cell in enumerate(cells):
                    t.store(builder.load(cell), into, t.whole(v * t.lanes))

        for number in range(1, ADD_LINES):
            with builder.if_then(builder.icmp_signed("==", lines, t.whole(number))):
                add(number)
        with builder.if_then(builder.icmp_signed(">=", lines, t.whole(ADD_LINES))):
            add(ADD_LINES)
        return context.get_dummy_value()

    whole = types.intp
    return types.void(to, targets, whole, rows, slots, whole, weights, *[whole] * 6, vectors), generate


@intrinsic
def set_row(typingctx, to, target, tables, indices, weights):  # type: ignore[no-untyped-def]
    """to[target] = sum_k weights[k] tables[k][indices[k]]; three tuples of one length. to[target] may be a term."""

    def generate(context, builder, signature, values):  # type: ignore[no-untyped-def]
        t = Rows(context, builder, signature.args[0], values[0])
        into = t.row(values[1])
        terms = []
        for k, kind in enumerate(signature.args[2]):
            rows = Rows(context, builder, kind, builder.extract_value(values[2], k))
            index, weight = (builder.extract_value(values[i], k) for i in (3, 4))
            terms.append((rows, rows.row(index), rows.broadcast(weight)))
        with t.each_vector() as (offset, _):
            rows, row, factor = terms[0]
            total = builder.fmul(factor, rows.load(row, offset), flags=CONTRACT)
            for rows, row, factor in terms[1:]:
                total = rows.times_plus(factor, rows.load(row, offset), total)
            t.store(total, into, offset)
        return context.get_dummy_value()

    n = len(tables)
    return types.void(to, types.intp, tables, types.UniTuple(types.intp, n), types.UniTuple(to.dtype, n)), generate


@intrinsic
def prefetch_row(typingctx, rows, index):  # type: ignore[no-untyped-def]
    """Load a row that is going to be read and written into the cache."""

    def generate(context, builder, signature, values):  # type: ignore[no-untyped-def]
        r = Rows(context, builder, signature.args[0], values[0])
        row = r.row(values[1])
        byte = ir.IntType(8).as_pointer()
        kind = ir.FunctionType(ir.VoidType(), [byte, *[ir.IntType(32)] * 3])
        prefetch = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        line = ir.Constant(r.width.type, 64 // r.number_bytes)
        with cgutils.for_range_slice(builder, ir.Constant(r.width.type, 0), r.width, line) as (offset, _):
            pointer = builder.bitcast(builder.gep(row, [offset]), byte)
            builder.call(prefetch, [pointer, int32(1), int32(3), int32(1)])  # to write, keep it close, data
        return context.get_dummy_value()

    return types.void(rows, types.intp), generate
