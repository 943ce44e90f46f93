# Everything the library stands on, by folder; docs/dependencies.md gives the reasons. Used by the build and, installed
# as part of the package configuration, by find_package(mocker).
include(CMakeFindDependencyMacro)
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_dependency(Threads)
find_dependency(Boost 1.81 COMPONENTS json url)
find_dependency(OpenSSL)
find_dependency(PkgConfig)
foreach(package libisal libzstd libseccomp sqlite3 libmnl libnftnl)
    pkg_check_modules(${package} REQUIRED IMPORTED_TARGET ${package})
endforeach()

set(mocker_dependencies
    Boost::headers Boost::json Boost::url OpenSSL::SSL OpenSSL::Crypto Threads::Threads
    PkgConfig::libisal PkgConfig::libzstd PkgConfig::libseccomp
    PkgConfig::sqlite3 PkgConfig::libmnl PkgConfig::libnftnl)
