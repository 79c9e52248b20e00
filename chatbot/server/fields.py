"""Text and bodies as requests carry them: strict types, Unicode that can be encoded, no NaN."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict
from pydantic_core import PydanticCustomError


def _encodable(text: str) -> str:
    """Refuse half of a surrogate pair: JSON can spell it, UTF-8 can't."""
    try:
        text.isascii() or text.encode("utf-16-le")  # a fifth of the time of UTF-8
    except UnicodeEncodeError as error:
        raise PydanticCustomError(
            "surrogate",
            "must be Unicode text without lone surrogates; there is one at character {at}",
            {"at": error.start},
        ) from None
    return text


Text = Annotated[str, AfterValidator(_encodable)]


class Body(BaseModel):
    """A request's JSON: what is not declared, not of its type or not finite is refused."""

    model_config = ConfigDict(
        strict=True, extra="forbid", allow_inf_nan=False, protected_namespaces=()
    )
