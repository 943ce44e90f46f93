#!/usr/bin/env python3
"""Reads every #include of the library against floors.tsv and rules.tsv, and the src.hpp files against what exists.

    check.py [INCLUDE_DIRECTORY]

Writes one line a violation, `file:line: what is wrong`, and exits with 1 if there is any."""

import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
INCLUDE = re.compile(r'\s*#\s*include\s*[<"]([^>"]+)[>"]')


def table(name):
    for line in (HERE / name).read_text().splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def read_floors():
    floors, neighbours = {}, {}
    for floor, folder, *rest in table("floors.tsv"):
        floors[folder] = int(floor)
        neighbours[folder] = set(" ".join(rest).split())
    return floors, neighbours


# A coroutine that declares no variable and awaits in a condition: g++ 12.2 compiles it, and it ends with SIGILL.
COROUTINE = re.compile(r"awaitable<[^;{}]*?>\s+[\w:~]+\s*\([^;{}]*\)\s*(?:const\s*)?(?:override\s*)?(?:final\s*)?\{"
                       r"|->\s*(?:mocker::)?awaitable<[^;{}]*>\s*\{")
CONDITION = re.compile(r"\b(?:if|while)\s*\(")
KEYWORDS = re.compile(r"\b(?:co_return|co_await|return|throw|else|delete|new)\b")
DECLARATION = re.compile(r"MOCKER_TRY|MOCKER_CHECK|CO_REQUIRE|CO_ASSERT|EXPECT_|\bfor\s*\("
                         r"|\b[\w:]+(?:<[^;]*>)?(?:\s+const)?\s*[&*]?\s+(?:\[[^\]]*\]|\w+)\s*(?:=|\{|\(|;|\[)")


def balanced(text, begin, opening, closing):
    """The part of text from the bracket at begin to the one that closes it."""
    depth = 0
    for end in range(begin, len(text)):
        depth += (text[end] == opening) - (text[end] == closing)
        if depth == 0:
            return text[begin : end + 1]
    return text[begin:]


def miscompiled_coroutines(text):
    """The line of each coroutine in text that g++ 12 miscompiles."""
    text = re.sub(r"//[^\n]*", "", text)
    for match in COROUTINE.finditer(text):
        body = balanced(text, match.end() - 1, "{", "}")
        conditions = [balanced(body, c.end() - 1, "(", ")") for c in CONDITION.finditer(body)]
        if any("co_await" in c for c in conditions) and not DECLARATION.search(KEYWORDS.sub("", body)):
            yield text.count("\n", 0, match.start()) + 1


def only_includes(text):
    """Whether a file holds nothing but includes, comments and an include guard."""
    code = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    return all(re.match(r"\s*(#\s*(include|ifndef|define|endif)\b|//|$)", line) for line in code.splitlines())


# Headers that lie beside the folders: the umbrella NAME.hpp belongs to the folder NAME, these to others.
BESIDE = {"config": "core", "version": "core", "script": "process"}


class Library:
    def __init__(self, root):
        self.root = root / "mocker"
        self.floors, self.neighbours = read_floors()
        self.rules = [(kind, set(folders.split()), re.compile(pattern), why) for kind, folders, pattern, why in table("rules.tsv")]
        self.violations = []

    def say(self, path, line, text):
        self.violations.append(f"{path.relative_to(self.root.parent)}:{line}: {text}")

    def folder_of(self, included):
        """The folder that `mocker/...` belongs to, or None for the whole library (mocker/src.hpp)."""
        parts = pathlib.PurePath(included).parts
        if len(parts) > 2:
            return parts[1]
        name = parts[1].removesuffix(".hpp")
        return None if name == "src" else BESIDE.get(name, name)

    def files(self):
        return sorted(p for p in self.root.rglob("*") if p.suffix in (".hpp", ".ipp"))

    def includes(self, path):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if match := INCLUDE.match(line):
                yield number, match[1]

    def check_floor(self, path, line, folder, included):
        other = self.folder_of(included)
        if other is None:
            return self.say(path, line, f"includes <{included}>, which is for programs only")
        if other not in self.floors:
            return self.say(path, line, f"includes <{included}>, of a folder that floors.tsv does not know")
        allowed = other == folder or self.floors[other] < self.floors[folder] or other in self.neighbours[folder]
        if not allowed:
            self.say(path, line, f"{folder} (floor {self.floors[folder]}) includes <{included}> (floor {self.floors[other]})")
        if not (self.root.parent / included).exists():
            self.say(path, line, f"includes <{included}>, which does not exist")

    def check_rules(self, path, line, folder, included):
        for kind, folders, pattern, why in self.rules:
            if pattern.match(included) and (folder in folders) == (kind == "never"):
                self.say(path, line, f"{folder} includes <{included}>: {why}")

    def check_includes(self):
        for path in self.files():
            if path == self.root / "src.hpp":
                continue
            folder = self.folder_of(path.relative_to(self.root.parent).as_posix())
            if folder not in self.floors:
                self.say(path, 1, f"lies in {folder}, a folder that floors.tsv does not know")
                continue
            for line, included in self.includes(path):
                if included.startswith("mocker/"):
                    self.check_floor(path, line, folder, included)
                self.check_rules(path, line, folder, included)

    def check_guard(self):
        for path in self.files():
            if path.name == "src.hpp":
                continue
            guard = re.sub(r"[^A-Z0-9]", "_", path.relative_to(self.root.parent).as_posix().upper())
            text = path.read_text()
            accepted = (guard, guard.replace("_HPP", "_UMBRELLA_HPP"))
            if not only_includes(text) and not any(f"#ifndef {g}\n#define {g}\n" in text for g in accepted):
                self.say(path, 1, f"lacks the include guard {guard}")

    def reached(self, files):
        """The bodies that these files include, directly or through other bodies."""
        found, ahead = set(), list(files)
        while ahead:
            new = {i for _, i in self.includes(ahead.pop()) if i.endswith(".ipp")} - found
            found |= new
            ahead += [p for i in new if (p := self.root.parent / i).exists()]
        return found

    def check_bodies(self):
        """Header-only: x.hpp brings impl/x.ipp, or another header does. Compiled once: src.hpp lists each impl/*.ipp."""
        brought = self.reached(p for p in self.files() if p.suffix == ".hpp" and p.name != "src.hpp")
        for folder in sorted(p for p in self.root.iterdir() if p.is_dir()):
            bodies = {p.relative_to(self.root.parent).as_posix() for p in folder.glob("impl/*.ipp")}
            if not bodies:
                continue
            source = folder / "src.hpp"
            listed = self.reached([source]) if source.exists() else set()
            bodies -= {b for b in bodies if only_includes((self.root.parent / b).read_text())}
            for body in sorted(bodies - listed):
                self.say(source, 1, f"does not list <{body}>")
            for body in sorted(bodies - brought):
                self.say(self.root.parent / body, 1, "is not included by any header")

    def check_coroutines(self):
        for path in self.files():
            for line in miscompiled_coroutines(path.read_text()):
                self.say(path, line, "awaits in a condition and declares no variable: g++ 12 miscompiles that; name the result")

    def check_whole(self):
        whole = self.root / "src.hpp"
        listed = {i for _, i in self.includes(whole)}
        existing = {p.relative_to(self.root.parent).as_posix() for p in self.root.glob("*/src.hpp")}
        for source in sorted(existing - listed):
            self.say(whole, 1, f"does not list <{source}>")
        for source in sorted(listed - existing):
            self.say(whole, 1, f"lists <{source}>, which does not exist")


def main():
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent.parent / "include"
    library = Library(root.resolve())
    for check in (library.check_includes, library.check_guard, library.check_bodies, library.check_coroutines, library.check_whole):
        check()
    print(*library.violations, sep="\n", end="\n" if library.violations else "")
    print(f"{len(library.files())} files, {len(library.violations)} violations")
    return 1 if library.violations else 0


if __name__ == "__main__":
    sys.exit(main())
