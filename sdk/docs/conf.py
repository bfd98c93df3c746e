# SPDX-License-Identifier: BSD-2-Clause
"""How Sphinx makes the manual; see scripts/lib/manual.py."""

import os

project = "Signet"
author = "the Signet contributors"
copyright = "2026, " + author
release = os.environ["SIGNET_VERSION"]
html_title = f"Signet {release}"

extensions = ["myst_parser"]
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
html_theme = "furo"
html_copy_source = False
html_show_sourcelink = False
html_show_copyright = False
html_last_updated_fmt = None
pygments_style = "default"

# Every name in a declaration must have its place in the manual, but for those of C and of others.
nitpicky = True
nitpick_ignore = [
    ("c:identifier", name)
    for name in (
        *("bool", "size_t", "uint8_t", "uint16_t", "uint32_t", "uint64_t", "int32_t", "int64_t"),
        *("uintptr_t", "va_list"),
    )
]
nitpick_ignore_regex = [
    ("c:identifier", r"(pb_|elf64_).*"),  # Nanopb's, and the loader's own
    ("c:identifier", r"sg_receiver"),  # pointed to, and nobody's to look into
]
# Members of structures that have the same name as something else are no references.
c_allow_pre_v3 = False
