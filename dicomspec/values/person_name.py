"""Person names: PN (PS3.5 6.2.1).

A name is text, up to three groups (alphabetic, ideographic, phonetic) between "=" of up to five components between "^".
"""

from __future__ import annotations

from typing import Final

from dicomspec._generated.vr import VRS
from dicomspec.errors import ValueRuleError
from dicomspec.values.charset import TextDecoder, decoding_issue
from dicomspec.values.multi import coercer
from dicomspec.values.text import PADDING, as_text, finisher, text_encoder

__all__ = ["PersonName"]

COMPONENTS: Final = ("family_name", "given_name", "middle_name", "name_prefix", "name_suffix")


class PersonName(str):
    """A person's name: equal to its text in the file, with the parts as attributes."""

    __slots__ = ()

    @property
    def components(self) -> tuple[str, ...]:
        """The component groups that are there, one to three: alphabetic, ideographic, phonetic."""
        return tuple(self.split("="))

    def _group(self, index: int) -> str:
        groups = self.split("=")
        return groups[index] if index < len(groups) else ""

    @property
    def alphabetic(self) -> str:
        """The alphabetic representation, such as ``"Yamada^Tarou"``."""
        return self._group(0)

    @property
    def ideographic(self) -> str:
        """The ideographic representation; empty if there is none."""
        return self._group(1)

    @property
    def phonetic(self) -> str:
        """The phonetic representation; empty if there is none."""
        return self._group(2)

    def _component(self, index: int) -> str:
        parts = self._group(0).split("^")
        return parts[index] if index < len(parts) else ""

    @property
    def family_name(self) -> str:
        """Family name of the alphabetic representation; for animals the responsible party's."""
        return self._component(0)

    @property
    def given_name(self) -> str:
        """Given name of the alphabetic representation; for animals the patient's name."""
        return self._component(1)

    @property
    def middle_name(self) -> str:
        return self._component(2)

    @property
    def name_prefix(self) -> str:
        return self._component(3)

    @property
    def name_suffix(self) -> str:
        return self._component(4)

    def family_comma_given(self) -> str:
        """``"Family, Given"``."""
        return self.formatted("%(family_name)s, %(given_name)s")

    def formatted(self, format_str: str) -> str:
        """The name by a %-format of component names, such as ``"%(given_name)s %(family_name)s"``."""
        return format_str % {name: getattr(self, name) for name in COMPONENTS}

    @classmethod
    def from_named_components(
        cls,
        family_name: str = "",
        given_name: str = "",
        middle_name: str = "",
        name_prefix: str = "",
        name_suffix: str = "",
        family_name_ideographic: str = "",
        given_name_ideographic: str = "",
        middle_name_ideographic: str = "",
        name_prefix_ideographic: str = "",
        name_suffix_ideographic: str = "",
        family_name_phonetic: str = "",
        given_name_phonetic: str = "",
        middle_name_phonetic: str = "",
        name_prefix_phonetic: str = "",
        name_suffix_phonetic: str = "",
    ) -> PersonName:
        """A name of its parts; what is empty at the end is left out.

        Raises:
            ValueRuleError: a part holds one of the delimiters ``^``, ``=`` and backslash.
        """
        return cls._of_parts(
            (family_name, given_name, middle_name, name_prefix, name_suffix),
            (
                family_name_ideographic, given_name_ideographic, middle_name_ideographic,
                name_prefix_ideographic, name_suffix_ideographic,
            ),
            (
                family_name_phonetic, given_name_phonetic, middle_name_phonetic,
                name_prefix_phonetic, name_suffix_phonetic,
            ),
        )  # fmt: skip

    @classmethod
    def from_named_components_veterinary(
        cls,
        responsible_party_name: str = "",
        patient_name: str = "",
        responsible_party_name_ideographic: str = "",
        patient_name_ideographic: str = "",
        responsible_party_name_phonetic: str = "",
        patient_name_phonetic: str = "",
    ) -> PersonName:
        """A name of an animal: family name of the responsible party or its organisation, and the patient's name.

        Raises:
            ValueRuleError: a part holds one of the delimiters ``^``, ``=`` and backslash.
        """
        return cls._of_parts(
            (responsible_party_name, patient_name),
            (responsible_party_name_ideographic, patient_name_ideographic),
            (responsible_party_name_phonetic, patient_name_phonetic),
        )

    @classmethod
    def _of_parts(cls, *groups: tuple[str, ...]) -> PersonName:
        for part in (part for group in groups for part in group):
            if any(delimiter in part for delimiter in "^=\\"):
                raise ValueRuleError(f"{part!r} holds a delimiter of names", reference="PS3.5 6.2.1")
        return cls("=".join("^".join(group).rstrip("^") for group in groups).rstrip("="))


_PN: Final = VRS["PN"]
_finish: Final = finisher(_PN, PersonName)


def decode_pn(raw: bytes, text: TextDecoder) -> object:
    """PersonName, or a `MultiValue` of them."""
    try:
        value = getattr(text, "name", text)(raw)
    except ValueError as error:
        raise decoding_issue(error, raw, _finish) from None
    if "\\" in value:
        return _finish(value)
    return PersonName(value.rstrip(PADDING))


encode_pn = text_encoder(_PN, "name")


def _one(value: object) -> PersonName:
    return value if isinstance(value, PersonName) else PersonName(as_text(value, "PN", "a name as text"))


coerce_pn = coercer(_one, PersonName(""))
