"""Rows of tables brought near before they are needed.

The patients of a full-sized system fill far more than the caches, and an event finds
its own in memory only after a wait as long as all the rest of it. But who is next is
mostly known some events before: asked for by then, the rows are there in time. Nothing
depends on it but the speed.
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.core.extending import intrinsic, overload
from numpy.typing import NDArray

LINE = 64
"""Bytes of a cache line."""


@intrinsic
def _asked_for(typing: Any, table: Any, row: Any, line: Any) -> Any:
    """Ask the machine for a line of a row, and go on at once."""

    def ask(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        stride = builder.extract_value(array.strides, 0)
        skipped = builder.mul(arguments[2], ir.Constant(arguments[2].type, LINE))
        offset = builder.add(builder.mul(arguments[1], stride), skipped)
        data = builder.bitcast(array.data, cgutils.voidptr_t)
        place = builder.gep(data, [offset])
        whole = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [cgutils.voidptr_t, *(whole,) * 3])
        prefetch = builder.module.declare_intrinsic(
            "llvm.prefetch", [cgutils.voidptr_t], kind
        )
        # To be read, kept in all caches, data.
        builder.call(prefetch, [place, *(ir.Constant(whole, i) for i in (0, 3, 1))])
        return context.get_dummy_value()

    return types.void(table, types.int64, types.int64), ask


def ask_for(table: NDArray[Any], row: int, line: int) -> None:
    """Ask for a cache line of a row, from 0 on, that will soon be needed.

    Uncompiled, nothing happens.
    """


@overload(ask_for, inline="always")
def _ask_for(table: Any, row: Any, line: Any) -> Any:
    def asked(table: Any, row: Any, line: Any) -> None:
        _asked_for(table, np.int64(row), np.int64(line))  # type: ignore[call-arg]

    return asked if isinstance(table, types.Array) else None
