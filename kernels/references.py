"""Tables of tables handed on by reference: one pointer in place of many arrays.

Numba hands a NamedTuple on as all the numbers of all its arrays, some 250 of them for
the state of a replication, and every call copies them: that takes more time than an
event, and more still to compile. A reference is the address of the tuple in the frame
of the function that made it. It is read like the tuple itself (`state.people`), must
not outlive that function, and the tuple cannot be changed through it (its arrays can).
"""

from typing import Any, TypeVar

from llvmlite import ir
from numba.core import cgutils, types
from numba.core.extending import (
    intrinsic,
    models,
    overload,
    register_model,
)
from numba.core.imputils import impl_ret_borrowed, lower_getattr_generic
from numba.core.typing.templates import AttributeTemplate, infer_getattr

T = TypeVar("T")


class Reference(types.Type):
    """The type of a reference to a NamedTuple of arrays, numbers and such tuples."""

    def __init__(self, tuple_type: types.NamedTuple) -> None:
        self.tuple_type = tuple_type
        super().__init__(name=f"Reference({tuple_type})")


@register_model(Reference)
class _Address(models.OpaqueModel):
    """An address, whatever lies there."""


@infer_getattr
class _Fields(AttributeTemplate):
    """The fields of a reference have the types of the tuple's."""

    key = Reference

    def generic_resolve(  # type: ignore[override]  # numba says: not implemented
        self, reference: Reference, field: str
    ) -> types.Type | None:
        """Return the type of a field; None if there is none of that name."""
        of = reference.tuple_type
        if field not in of.fields:
            return None
        kind = of.types[of.fields.index(field)]
        return Reference(kind) if isinstance(kind, types.NamedTuple) else kind


@lower_getattr_generic(Reference)
def _field(
    context: Any, builder: Any, reference: Reference, address: Any, field: str
) -> Any:
    """Read a field; a tuple within the tuple is referred to, not read."""
    of = reference.tuple_type
    at = of.fields.index(field)
    stored = context.get_value_type(of).as_pointer()
    place = cgutils.gep_inbounds(builder, builder.bitcast(address, stored), 0, at)
    kind = of.types[at]
    if isinstance(kind, types.NamedTuple):
        return builder.bitcast(place, cgutils.voidptr_t)
    value = _read(builder, place, context.get_value_type(kind))
    return impl_ret_borrowed(context, builder, kind, value)


def _read(builder: Any, place: Any, kind: Any) -> Any:
    """Read a value, number by number: none of them ever changes.

    That is said to the compiler, which may then read each of them once.
    """
    if not isinstance(kind, ir.LiteralStructType | ir.ArrayType):
        value = builder.load(place)
        value.set_metadata("invariant.load", builder.module.add_metadata([]))
        return value
    parts = (
        kind.elements
        if isinstance(kind, ir.LiteralStructType)
        else [kind.element] * kind.count
    )
    whole = kind(ir.Undefined)
    for i, part in enumerate(parts):
        inside = cgutils.gep_inbounds(builder, place, 0, i)
        whole = builder.insert_value(whole, _read(builder, inside, part), i)
    return whole


@intrinsic
def _address(typing: Any, of: Any) -> Any:
    """Lay a tuple down in the frame of the function, and return where."""

    def lay_down(context: Any, builder: Any, _: Any, arguments: Any) -> Any:
        place = cgutils.alloca_once_value(builder, arguments[0])
        return builder.bitcast(place, cgutils.voidptr_t)

    return Reference(of)(of), lay_down


def referred(tables: T) -> T:
    """Return a reference to a NamedTuple, to be handed on to other kernels.

    What is a reference already stays as it is. Uncompiled, it is the tuple itself.
    """
    return tables


@overload(referred, inline="always")
def _referred(tables: Any) -> Any:
    def laid_down(tables: Any) -> Any:
        return _address(tables)  # type: ignore[call-arg]  # numba adds the first

    def as_it_is(tables: Any) -> Any:
        return tables

    if isinstance(tables, Reference):
        return as_it_is
    return laid_down if isinstance(tables, types.NamedTuple) else None
