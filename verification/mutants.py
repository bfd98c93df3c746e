#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Checks that the proofs mean something: each of these bugs must leave a goal unproved.

    verification/mutants.py               all of them, an hour or more
    verification/mutants.py ring frames   those of these modules
    verification/mutants.py --check       only that each can be planted in the tree as it is (a test)
    verification/mutants.py --sabotage    breaks one bound and runs scripts/prove, which must fail

A contract that a wrong program also meets is too weak to be worth proving. Every function has a bug
in bugs.py. Goals that the bug leaves as they are come from what is recorded; the others are tried anew.
"""
import argparse
import importlib.machinery
import importlib.util
import json
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.dont_write_bytecode = True
from bugs import MUTANTS  # noqa: E402

SCRIPT = Path(__file__).resolve().parent.parent / "scripts" / "prove"
LOADER = importlib.machinery.SourceFileLoader("prove", str(SCRIPT))
prove = importlib.util.module_from_spec(importlib.util.spec_from_loader("prove", LOADER))
sys.modules["prove"] = prove
LOADER.exec_module(prove)

TIMEOUT_SECONDS = 5

# The bound that --sabotage breaks.
SABOTAGE = ("message", "range_fits", "(uint64_t)offset + length <= arena_size", "offset <= arena_size")


def find(tree: Path, module: str, function: str, text: str) -> tuple[Path, int] | None:
    """Where the text stands in the body of a function."""
    for path in prove.sources(tree, module):
        source = path.read_text()
        for definition in prove.DEFINITION.finditer(source):
            body = definition.end()
            at = source.find(text, body, source.index("\n}", body) + 1)
            if definition.group(1) == function and at >= 0:
                return path, at
    return None


def check_list() -> None:
    """Every bug can be planted, and every function has one."""
    faults = [f"{module} {function}: nothing in it reads {old!r}"
              for module, function, old, _ in MUTANTS + [SABOTAGE]
              if find(prove.ROOT, module, function, old) is None]
    planted = {mutant[:2] for mutant in MUTANTS}
    faults += [f"{module} {function}: no bug is planted here" for module in prove.modules()
               for function in prove.functions(prove.ROOT, module)
               if (module, function) not in planted]
    if faults:
        sys.exit("\n".join(faults))


def plant(tree: Path, module: str, function: str, old: str, new: str) -> None:
    """Puts the bug into a copy of the code, not into a contract."""
    path, at = find(tree, module, function, old)
    source = path.read_text()
    path.write_text(source[:at] + new + source[at + len(old):])


def unproved(module: str, function: str, old: str, new: str) -> list[str]:
    """The goals of the function that its bug leaves unproved."""
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(scratch)
        for folder in ("kernel", "manifests/check", "sdk/include", "sdk/src/queue", "verification/prover"):
            shutil.copytree(prove.ROOT / folder, tree / folder)
        plant(tree, module, function, old, new)
        prove.unpack(module, tree / "session")
        report = tree / "report.json"
        done = prove.frama_c(
            prove.arguments(module) + [prove.generate(tree), str(prove.source_of(tree, module, tree))] + prove.WP
            + ["-wp-fct", function, "-wp-session", str(tree / "session"), "-wp-cache", "update",
               "-wp-prover", "script,cvc4,z3", "-wp-timeout", str(TIMEOUT_SECONDS),
               "-wp-par", "1", "-wp-report-json", str(report)], tree)
        if not report.exists():
            sys.exit(f"{done.stdout}\n{module} {function}: Frama-C wrote no report")
        return prove.unproved(json.loads(report.read_text()))


def sabotage() -> None:
    """scripts/prove passes in a copy of the tree and fails once a bound is broken there."""
    module, function, old, new = SABOTAGE
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(scratch)
        for folder in ("kernel", "manifests/check", "scripts", "sdk/cmake", "sdk/include", "sdk/src/queue",
                       "verification"):
            shutil.copytree(prove.ROOT / folder, tree / folder)
        shutil.copy(prove.ROOT / "sdk/VERSION", tree / "sdk")
        command = [tree / "scripts" / "prove", module]
        subprocess.run(command, check=True)
        plant(tree, module, function, old, new)
        print(f"\nbroken in {module} {function}: {old!r} -> {new!r}", flush=True)
        if subprocess.run(command, check=False).returncode == 0:
            sys.exit("scripts/prove passes all the same")
        print("scripts/prove fails, as it must")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("module", nargs="*", help="default: all")
    parser.add_argument("--check", action="store_true", help="plant none")
    parser.add_argument("--sabotage", action="store_true",
                        help="break one bound and run scripts/prove, which must fail")
    parser.add_argument("--jobs", "-j", type=int, default=1, help="bugs at a time")
    options = parser.parse_args()
    check_list()
    if options.check:
        return
    if options.sabotage:
        sabotage()
        return
    chosen = [one for one in MUTANTS if not options.module or one[0] in options.module]
    survivors = 0
    with ThreadPoolExecutor(options.jobs) as pool:
        for number, (mutant, goals) in enumerate(
                zip(chosen, pool.map(lambda one: unproved(*one), chosen)), 1):
            survivors += not goals
            print(f"[{number}/{len(chosen)}] {'killed' if goals else 'SURVIVED'} {mutant[0]} "
                  f"{mutant[1]}: {mutant[2]!r} -> {mutant[3]!r}"
                  + (f" ({len(goals)}: {goals[0]})" if goals else ""), flush=True)
    if survivors:
        sys.exit(f"{survivors} of {len(chosen)} mutants survived")


if __name__ == "__main__":
    main()
