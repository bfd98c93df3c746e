# SPDX-License-Identifier: BSD-2-Clause
"""What the comments of a .proto file say about each of its elements, by protoc's own account.

protoc names an element by a path of field numbers and indices into its FileDescriptorProto. The
paths are walked together with the elements, so that text and element cannot drift apart.
"""

from __future__ import annotations

import re
from typing import Any

MESSAGES, ENUMS, SERVICES, PACKAGE, SYNTAX = 4, 5, 6, 2, 12  # of FileDescriptorProto
FIELDS, NESTED, NESTED_ENUMS = 2, 3, 4  # of DescriptorProto
VALUES = 2  # of EnumDescriptorProto
METHODS = 2  # of ServiceDescriptorProto
LICENCE = re.compile(r"^\s*SPDX-License-Identifier:.*$", re.MULTILINE)


def text_of(location: Any) -> str:
    """The comment before an element and the one behind it, as one text."""
    parts = (location.leading_comments, location.trailing_comments)
    lines = [line.strip() for part in parts for line in LICENCE.sub("", part).splitlines()]
    return "\n".join(lines).strip()


class Comments:
    """Texts by full name: messages, fields, enums, values, services, methods; "" is the file."""

    def __init__(self, file: Any) -> None:
        self.by_path = {
            tuple(location.path): text_of(location) for location in file.source_code_info.location
        }
        self.by_name: dict[str, str] = {"": self.file_text()}
        self.enter(file.package, file, (), MESSAGES, ENUMS)
        for index, service in enumerate(file.service):
            name = f"{file.package}.{service.name}".lstrip(".")
            self.note(name, (SERVICES, index))
            for number, method in enumerate(service.method):
                self.note(f"{name}.{method.name}", (SERVICES, index, METHODS, number))

    def file_text(self) -> str:
        """What stands before `syntax`, or else before `package`."""
        return self.by_path.get((SYNTAX,), "") or self.by_path.get((PACKAGE,), "")

    def note(self, name: str, path: tuple[int, ...]) -> None:
        self.by_name[name] = self.by_path.get(path, "")

    def enter(
        self, scope: str, container: Any, path: tuple[int, ...], messages: int, enums: int
    ) -> None:
        nested = container.message_type if messages == MESSAGES else container.nested_type
        for index, message in enumerate(nested):
            name, here = f"{scope}.{message.name}".lstrip("."), (*path, messages, index)
            self.note(name, here)
            for number, field in enumerate(message.field):
                self.note(f"{name}.{field.name}", (*here, FIELDS, number))
            self.enter(name, message, here, NESTED, NESTED_ENUMS)
        for index, enumeration in enumerate(container.enum_type):
            name, here = f"{scope}.{enumeration.name}".lstrip("."), (*path, enums, index)
            self.note(name, here)
            for number, value in enumerate(enumeration.value):
                self.note(f"{name}.{value.name}", (*here, VALUES, number))

    def of(self, name: str) -> str:
        """The text about the element of that full name; "" when it has none."""
        return self.by_name.get(name, "")
