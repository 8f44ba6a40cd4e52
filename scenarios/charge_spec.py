"""What capacity costs, as it is written: whether it is used or not, and by agencies."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from scenarios.forms import Called, Form
from scenarios.texts import Quantity
from scenarios.units import CHARGE, STAFF, Share

ChargeSpec = dict[Called, Annotated[Quantity, CHARGE]]


class AgencyForm(Form):
    """How much of a capacity agencies provide, and what that costs on top."""

    questions: ClassVar = {"extra": ": what does it cost on top?"}

    above: Annotated[Quantity, STAFF] | None = None
    share: Share | None = None
    extra: Annotated[ChargeSpec, Field(min_length=1)]
