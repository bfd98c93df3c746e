# SPDX-License-Identifier: BSD-2-Clause
"""The gdb command `signet` and its subcommands."""

import os

import gdb

FRAMES_MOST = 32  # of a backtrace in a report
KERNEL = 1  # the kernel's number among gdb's processes
REPORTS = {
    "threads": "Threads: what each does or waits for, and its registers.",
    "caps": "Capabilities: what each process may do.",
    "rings": "Rings: their queues, and operations in flight with decoded messages.",
    "events": "Events: the last that the kernel recorded.",
}


def tell(what):
    """Lines of the server's answer."""
    return gdb.execute(f"monitor signet {what}", to_string=True).splitlines()


def find_thread(name):
    """gdb's thread of a name like p6.87f, as the remote protocol writes it."""
    process, number = (int(part, 16) for part in name[1:].split("."))
    for inferior in gdb.inferiors():
        for thread in inferior.threads() if inferior.pid == process else ():
            if thread.ptid[1] == number:
                return thread
    return None


def wire_name(thread):
    """The opposite of find_thread."""
    return f"p{thread.ptid[0]:x}.{thread.ptid[1]:x}"


class Signet(gdb.Command):
    """What Signet's debugger knows: processes, their threads, capabilities and calls."""

    def __init__(self):
        super().__init__("signet", gdb.COMMAND_STATUS, prefix=True)


class Report(gdb.Command):
    """Prints a report of the server's on all processes, or one."""

    def __init__(self, name, text):
        self.__doc__ = f"{text}\nsignet {name} [PROCESS]"
        self.name = name
        super().__init__(f"signet {name}", gdb.COMMAND_STATUS)

    def invoke(self, argument, from_tty):
        print("\n".join(tell(f"{self.name} {argument}")))


class Backtrace(gdb.Command):
    """Backtrace of the selected thread, and on through the server its call waits for. For a
    processor in the kernel: of the kernel, and of the thread it executes for.
    signet backtrace"""

    def __init__(self):
        super().__init__("signet backtrace", gdb.COMMAND_STACK)

    def invoke(self, argument, from_tty):
        selected = gdb.selected_thread()
        if selected is None:
            raise gdb.GdbError("signet backtrace: found no thread, expected one to be selected")
        hops = tell(f"chain {wire_name(selected)}")
        try:
            if selected.ptid[0] == KERNEL:
                self.show(selected, "", "")
                print("  executes for:")
            for hop in hops:
                name, _, call = hop.partition(" ")
                self.show(find_thread(name), name, call)
        finally:
            selected.switch()

    def show(self, thread, name, call):
        """One thread of the chain, and what it calls."""
        if thread is None:
            print(f"{name}: gdb has not seen this thread yet")
            return
        thread.switch()
        print(f'Thread {thread.inferior.num}.{thread.num} "{thread.name}":')
        gdb.execute("backtrace")
        if call:
            print(f"  calls {call}, which is held by:")


class Backtraces(gdb.Command):
    """Backtraces of all threads, each below a line with its name in the remote protocol: for
    programs.
    signet backtraces"""

    def __init__(self):
        super().__init__("signet backtraces", gdb.COMMAND_STACK)

    def invoke(self, argument, from_tty):
        for thread in [thread for i in gdb.inferiors() for thread in i.threads()]:
            thread.switch()
            print(f"@ {wire_name(thread)}")
            try:
                gdb.execute(f"backtrace {FRAMES_MOST}")
            except gdb.error as error:
                print(f"#  {error}")


class Start(gdb.Command):
    """Runs until a process starts, and on to its main function.
    signet start PROCESS"""

    def __init__(self):
        super().__init__("signet start", gdb.COMMAND_RUNNING)

    def invoke(self, argument, from_tty):
        if not argument:
            raise gdb.GdbError("usage: signet start PROCESS")
        tell(f"await {argument}")
        gdb.execute("continue")
        thread = gdb.selected_thread()
        if thread is None or thread.name != argument:
            raise gdb.GdbError(f"{argument}: found another stop first, expected it to start")
        # gdb sets it in every process of the program that starts meanwhile.
        gdb.execute(f'tbreak *{self.main()} if $_process("{argument}")')
        gdb.execute("continue")

    def main(self):
        """Where main begins, past its prologue, in the selected process's program."""
        symbol = gdb.lookup_global_symbol("main")
        if symbol is None:
            raise gdb.GdbError("main: found no such function in the program")
        address = int(symbol.value().address)
        entries = [line.pc for line in symbol.symtab.linetable() if line.pc > address]
        return min(entries, default=address)


class Type(gdb.Command):
    """Types a line at the guest's console.
    signet type TEXT"""

    def __init__(self):
        super().__init__("signet type", gdb.COMMAND_SUPPORT)

    def invoke(self, argument, from_tty):
        console = os.environ.get("SIGNET_CONSOLE")
        if not console:
            raise gdb.GdbError("signet type: found no console, expected a machine that runs")
        with open(console, "wb", buffering=0) as terminal:
            terminal.write(argument.encode() + b"\r")


class IsProcess(gdb.Function):
    """$_process(NAME): whether the selected thread is of that process, for conditions."""

    def __init__(self):
        super().__init__("_process")

    def invoke(self, name):
        thread = gdb.selected_thread()
        return thread is not None and thread.name == name.string()


Signet()
for name, text in REPORTS.items():
    Report(name, text)
Backtrace()
Backtraces()
Start()
Type()
IsProcess()
