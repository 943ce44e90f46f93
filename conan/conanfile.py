"""The Conan 2 recipe: headers only, the same package for every compiler and architecture.

    conan create conan --build=missing            dependencies from a Conan remote
    conan create conan -pr default -pr conan/debian.profile     dependencies from Debian's packages
"""

import os
import re

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.files import copy, load

required_conan_version = ">=2.0"


class MockerConan(ConanFile):
    name = "mocker"
    package_type = "header-library"
    license = "BSL-1.0"
    description = "A container engine that C++ programs can include: C++20 coroutines on Boost.Asio"
    topics = ("containers", "docker", "oci", "coroutines", "asio", "header-only")
    settings = "os", "arch", "compiler", "build_type"
    no_copy_source = True

    def set_version(self):
        # The one place where the version is written.
        header = load(self, os.path.join(self.recipe_folder, "..", "include", "mocker", "version.hpp"))
        self.version = re.search(r'#define MOCKER_VERSION "([^"]+)"', header)[1]

    def export_sources(self):
        top = os.path.join(self.recipe_folder, "..")
        copy(self, "include/*", src=top, dst=self.export_sources_folder)
        copy(self, "LICENSE", src=top, dst=self.export_sources_folder)

    def requirements(self):
        self.requires("boost/[>=1.81.0 <2]", transitive_headers=True)
        self.requires("openssl/[>=3.0 <4]", transitive_headers=True)
        self.requires("isa-l/[>=2.30 <3]", transitive_headers=True)
        self.requires("zstd/[>=1.5 <2]", transitive_headers=True)
        self.requires("sqlite3/[>=3.40 <4]", transitive_headers=True)
        if self.settings.os == "Linux":
            self.requires("libseccomp/[>=2.5 <3]", transitive_headers=True)
            self.requires("libmnl/[>=1.0.4 <2]", transitive_headers=True)
            self.requires("libnftnl/[>=1.2.4 <2]", transitive_headers=True)

    def package_id(self):
        self.info.clear()

    def validate(self):
        check_min_cppstd(self, 20)

    def layout(self):
        self.folders.source = "."

    def package(self):
        copy(self, "LICENSE", src=self.source_folder, dst=os.path.join(self.package_folder, "licenses"))
        copy(self, "*", src=os.path.join(self.source_folder, "include"), dst=os.path.join(self.package_folder, "include"))

    def package_info(self):
        self.cpp_info.bindirs = []
        self.cpp_info.libdirs = []
        self.cpp_info.set_property("cmake_file_name", "mocker")
        self.cpp_info.set_property("cmake_target_name", "mocker::mocker")
        if self.settings.os == "Linux":
            self.cpp_info.system_libs = ["pthread"]
