# SPDX-License-Identifier: BSD-2-Clause
"""Reads a Signet machine's state from its memory, running or dumped, by the DWARF of its programs.

From the bottom up: dwarf (types and symbols of an ELF), memory (physical memory, address spaces),
value (typed memory), kernel (objects of a machine), system (names of the processes), messages
(protobuf), then what shows them.
"""
