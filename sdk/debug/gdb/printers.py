# SPDX-License-Identifier: BSD-2-Clause
"""How the kernel's and the ABI's structures look in gdb. Layouts and numbers are the programs' own
debug information's."""

import gdb
import gdb.printing

COLLECTION = "signet"


def names_of(enumeration):
    """Names by number of an enumeration; none when the program has no such type."""
    try:
        fields = gdb.lookup_type(f"enum {enumeration}").fields()
    except gdb.error:
        return {}
    return {field.enumval: field.name for field in fields}


def name_of(enumeration, value, prefix):
    number = int(value)
    return names_of(enumeration).get(number, str(number)).removeprefix(prefix)


def flags_of(enumeration, value, prefix):
    names = sorted(names_of(enumeration).items())
    return "|".join(name.removeprefix(prefix) for bit, name in names if int(value) & bit) or "0"


def entries(head, structure, member):
    """Pointers to the objects of a list."""
    type_ = gdb.lookup_type(f"struct {structure}")
    offset = next(f.bitpos // 8 for f in type_.fields() if f.name == member)
    link, first = head["next"], int(head.address)
    while int(link) not in (0, first):
        yield gdb.Value(int(link) - offset).cast(type_.pointer())
        link = link["next"]


class Printer:
    """A structure shown by a line, and by members of which some are shown otherwise."""

    def __init__(self, value):
        self.value = value

    def members(self, *names):
        for name in names:
            try:
                yield name, self.value[name]
            except gdb.error:
                continue  # no such member in this version


class Handle(Printer):
    def to_string(self):
        index, generation = int(self.value["index"]), int(self.value["generation"])
        return f"handle {index}, generation {generation}" if generation else "no handle"


class Capability(Printer):
    """struct slot and struct capability."""

    def to_string(self):
        value = self.value
        type_ = name_of("sg_type", value["type"], "SG_TYPE_")
        if type_ == "NONE":
            return "empty"
        leased = " by lease" if "LEASED" in flags_of("slot_flag", value["flags"], "SLOT_") else ""
        return (
            f"{type_} of object {int(value['object']):#x} epoch {int(value['epoch'])}{leased}, "
            f"badge {int(value['badge'])}, rights {int(value['rights']):#x}"
        )


class Cspace(Printer):
    """struct cspace: its filled slots."""

    def to_string(self):
        return f"{int(self.value['slot_count'])} slots, filled"

    def children(self):
        count = int(name_number("sg_type", "SG_TYPE_COUNT"))
        for index in range(int(self.value["slot_count"])):
            slot = self.value["slot"][index]
            if 0 < int(slot["type"]) < count:
                yield f"[{index}]", slot


def name_number(enumeration, name):
    return next((n for n, text in names_of(enumeration).items() if text == name), 0)


class Op(Printer):
    """struct op: an operation in flight."""

    def to_string(self):
        value = self.value
        state = name_of("op_state", value["state"], "OP_")
        flags = flags_of("op_flag", value["flags"], "OP_")
        form = "registers" if int(value["ring"]) == 0 else f"record {int(value['number'])}"
        return f"{state} ({form}, flags {flags}, method {int(value['method'])})"

    def children(self):
        return self.members("peer", "thread", "ring", "object", "badge", "message")


class Thread(Printer):
    """struct thread."""

    def to_string(self):
        state = name_of("sg_thread_state", self.value["state"], "SG_THREAD_")
        wait = name_of("thread_wait", self.value["wait"], "WAIT_")
        rip = int(self.value["context"]["rip"])
        return f"{state}, waits for {wait}, rip {rip:#x}"

    def children(self):
        return self.members(
            "aspace", "cspace", "ring", "home", "sched", "op", "held", "enter", "fault_client"
        )


class Queues(Printer):
    """struct ring_queues: what lies in them, by the kernel's indices and the user's."""

    def to_string(self):
        value, indices = self.value, self.value["indices"]
        pending = int(indices["submit_tail"]) - int(value["submit_head"]) & 0xFFFFFFFF
        unread = int(value["complete_tail"]) - int(indices["complete_head"]) & 0xFFFFFFFF
        return (
            f"{pending} of {int(value['submission_count'])} submitted, "
            f"{unread} of {int(value['completion_count'])} unread, "
            f"{int(value['in_flight'])} owed"
        )


class Ring(Printer):
    """struct ring: queues, and records that are in use."""

    def to_string(self):
        return str(Queues(self.value["queues"]).to_string())

    def children(self):
        yield from self.members("thread", "arena", "arena_size")
        for number in range(int(self.value["records"]["count"])):
            op = self.value["record"][number]
            if int(op["state"]) != name_number("op_state", "OP_IDLE"):
                yield f"[{number}]", op


class Endpoint(Printer):
    """struct endpoint: who waits at it."""

    def to_string(self):
        return "endpoint"

    def children(self):
        for side in ("callers", "receivers"):
            for place, op in enumerate(entries(self.value[side], "op", "link")):
                yield f"{side}[{place}]", op
        yield from self.members("server")


class Frame(Printer):
    """struct frame: the descriptor of a page."""

    def to_string(self):
        value = self.value
        role = name_of("frame_role", value["role"], "FRAME_")
        flags = flags_of("frame_flag", value["flags"], "FRAME_")
        if role != "HEAD":
            return f"{role} of {int(value['owner']):#x}, flags {flags}"
        type_ = name_of("sg_type", value["type"], "SG_TYPE_")
        count, epoch = int(value["count"]), int(value["epoch"])
        return f"HEAD of {type_}, {count} frames, epoch {epoch}, flags {flags}"


class Submission(Printer):
    """struct sg_submission."""

    def to_string(self):
        value = self.value
        opcode = name_of("sg_opcode", value["opcode"], "SG_OP_")
        handle = f"{int(value['handle_index'])}, generation {int(value['handle_generation'])}"
        return f"{opcode} method {int(value['method'])} on handle {handle}"

    def children(self):
        return self.members("user_data", "token", "message", "argument")


class Completion(Printer):
    """struct sg_completion."""

    def to_string(self):
        result = int(self.value["result"])
        text = name_of("sg_status", result, "") if result < 0 else str(result)
        return f"result {text}, method {int(self.value['method'])}"

    def children(self):
        return self.members("user_data", "badge", "token", "offset")


class Sched(Printer):
    """struct sched."""

    def to_string(self):
        kind = name_of("sg_class", self.value["class"], "SG_CLASS_")
        weight, consumed_ns = int(self.value["weight"]), int(self.value["consumed_ns"])
        return f"{kind}, weight {weight}, ran {consumed_ns} ns"

    def children(self):
        return self.members("thread", "home", "slice_left_ns", "is_queued", "is_current")


BY_STRUCTURE = {
    "sg_handle": Handle,
    "slot": Capability,
    "capability": Capability,
    "cspace": Cspace,
    "op": Op,
    "thread": Thread,
    "ring_queues": Queues,
    "ring": Ring,
    "endpoint": Endpoint,
    "frame": Frame,
    "sched": Sched,
    "sg_submission": Submission,
    "sg_completion": Completion,
}


def register():
    """Has gdb show these structures so, in every program."""
    made = gdb.printing.RegexpCollectionPrettyPrinter(COLLECTION)
    for structure, printer in BY_STRUCTURE.items():
        made.add_printer(structure, f"^{structure}$", printer)
    gdb.printing.register_pretty_printer(None, made, replace=True)
