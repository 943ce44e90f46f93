#ifndef MOCKER_RUNTIME_NATIVE_HPP
#define MOCKER_RUNTIME_NATIVE_HPP

#include <mocker/runtime/runtime.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <memory>
#include <string>

namespace mocker::runtime {

struct native_options {
    /// The program `mocker-shim`. Empty: beside the running program, else in `/usr/libexec/mocker`, `/usr/lib/mocker`.
    std::string shim_path{};
};

/** The runtime that needs nothing but the kernel (5.12 or newer) and `mocker-shim`. Needs root.

    Each container and each exec has a shim of its own, which outlives this process. */
MOCKER_DECL std::unique_ptr<runtime> make_native_runtime(asio::any_io_executor executor, native_options options);

} // namespace mocker::runtime

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/runtime/impl/native.ipp>
#endif
#endif
