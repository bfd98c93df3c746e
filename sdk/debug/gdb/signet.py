# SPDX-License-Identifier: BSD-2-Clause
"""What gdb itself is taught about Signet: settings, the command `signet`, and how values look.

Loaded by scripts/debug and scripts/dump --gdb. What a machine's state means is the server's
knowledge (signet_debug); this asks it by `monitor signet ...`.
"""

import os
import sys

import gdb

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import commands  # noqa: E402, F401
import printers  # noqa: E402

for setting in (
    "schedule-multiple on",  # the machine runs as a whole
    "breakpoint pending on",  # for a service that has not started
    "osabi none",
    "sysroot /",
    "print pretty on",
):
    gdb.execute(f"set {setting}")
printers.register()
