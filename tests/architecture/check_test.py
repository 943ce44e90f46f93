#!/usr/bin/env python3
"""Tests of check.py: each kind of violation is found, and a house in order has none."""

import pathlib
import tempfile
import unittest

import check

GUARDED = "#ifndef {0}\n#define {0}\n{1}\nint declared();\n#endif\n"


class House:
    def __init__(self, root):
        self.root = pathlib.Path(root)

    def add(self, path, *includes):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        guard = "".join(c if c.isalnum() else "_" for c in path.upper())
        body = "\n".join(f"#include <{i}>" for i in includes)
        file.write_text(body + "\n" if file.name == "src.hpp" else GUARDED.format(guard, body))

    def violations(self):
        library = check.Library(self.root)
        library.check_includes()
        library.check_guard()
        library.check_bodies()
        library.check_whole()
        return library.violations


class CheckTest(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.house = House(self.directory.name)
        self.house.add("mocker/src.hpp", "mocker/core/src.hpp")
        self.house.add("mocker/core/src.hpp", "mocker/core/impl/error.ipp")
        self.house.add("mocker/core/error.hpp", "mocker/core/impl/error.ipp")
        self.house.add("mocker/core/impl/error.ipp", "mocker/core/error.hpp")

    def tearDown(self):
        self.directory.cleanup()

    def expect(self, text):
        found = self.house.violations()
        self.assertTrue(any(text in v for v in found), found)

    def test_a_house_in_order_has_no_violation(self):
        self.house.add("mocker/http/server.hpp", "mocker/core/error.hpp", "boost/asio/buffer.hpp", "openssl/ssl.h")
        self.house.add("mocker/snapshot/store.hpp", "mocker/content/store.hpp")
        self.house.add("mocker/content/store.hpp")
        self.assertEqual(self.house.violations(), [])

    def test_an_include_that_goes_up(self):
        self.house.add("mocker/http/server.hpp")
        self.house.add("mocker/core/upwards.hpp", "mocker/http/server.hpp")
        self.expect("core (floor 0) includes <mocker/http/server.hpp> (floor 2)")

    def test_an_include_of_a_neighbour(self):
        self.house.add("mocker/content/store.hpp")
        self.house.add("mocker/registry/client.hpp", "mocker/content/store.hpp")
        self.expect("registry (floor 3) includes <mocker/content/store.hpp> (floor 3)")

    def test_an_include_of_what_does_not_exist(self):
        self.house.add("mocker/http/server.hpp", "mocker/core/missing.hpp")
        self.expect("which does not exist")

    def test_a_folder_without_a_floor(self):
        self.house.add("mocker/cellar/wine.hpp")
        self.expect("a folder that floors.tsv does not know")

    def test_asio_below_the_second_floor(self):
        self.house.add("mocker/linux/netlink.hpp", "boost/asio/buffer.hpp")
        self.expect("linux includes <boost/asio/buffer.hpp>")

    def test_a_library_outside_of_its_place(self):
        self.house.add("mocker/http/server.hpp", "sqlite3.h")
        self.expect("http includes <sqlite3.h>: state has one owner")

    def test_a_client_that_knows_the_engine(self):
        self.house.add("mocker/engine/engine.hpp")
        self.house.add("mocker/cli/run.hpp", "mocker/engine/engine.hpp")
        self.expect("cli includes <mocker/engine/engine.hpp>")

    def test_a_body_that_is_not_compiled(self):
        self.house.add("mocker/core/id.hpp", "mocker/core/impl/id.ipp")
        self.house.add("mocker/core/impl/id.ipp", "mocker/core/id.hpp")
        self.expect("does not list <mocker/core/impl/id.ipp>")

    def test_a_body_that_no_header_brings(self):
        self.house.add("mocker/core/src.hpp", "mocker/core/impl/error.ipp", "mocker/core/impl/id.ipp")
        self.house.add("mocker/core/impl/id.ipp")
        self.expect("is not included by any header")

    def test_a_body_that_another_body_brings(self):
        self.house.add("mocker/core/impl/error.ipp", "mocker/core/error.hpp", "mocker/core/impl/part.ipp")
        self.house.add("mocker/core/impl/part.ipp")
        self.assertEqual(self.house.violations(), [])

    def test_a_folder_that_the_whole_does_not_list(self):
        self.house.add("mocker/http/src.hpp")
        self.expect("does not list <mocker/http/src.hpp>")

    def test_coroutines_that_gxx_12_miscompiles(self):
        broken = ["awaitable<int> f() {\n if (co_await g()) co_return 2;\n co_return 1;\n}",
                  "awaitable<void> f(int n) {\n while (!co_await g(n)) h();\n}"]
        sound = ["awaitable<int> f() {\n bool const ok = co_await g();\n if (ok) co_return 2;\n co_return 1;\n}",
                 "awaitable<int> f() {\n if (x) co_return co_await g();\n co_return 1;\n}",
                 "awaitable<int> f() {\n MOCKER_TRY(a, co_await g());\n if (co_await h(a)) co_return 2;\n}"]
        self.assertEqual([list(check.miscompiled_coroutines(text)) for text in broken], [[1], [1]])
        self.assertEqual([list(check.miscompiled_coroutines(text)) for text in sound], [[], [], []])

    def test_a_missing_guard(self):
        (self.house.root / "mocker/core/open.hpp").write_text("int x;\n")
        self.expect("lacks the include guard MOCKER_CORE_OPEN_HPP")


if __name__ == "__main__":
    unittest.main()
