#ifndef MOCKER_REGISTRY_IMPL_FETCH_BLOB_IPP
#define MOCKER_REGISTRY_IMPL_FETCH_BLOB_IPP

#include <mocker/async/with_timeout.hpp>
#include <mocker/http/uri.hpp>
#include <mocker/registry/detail/distribution_client.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <memory>

namespace mocker::registry::detail {

inline constexpr std::size_t blob_buffer_size = 256 * 1024;

MOCKER_DECL std::optional<std::uint64_t> parse_content_range(std::string_view header) noexcept {
    if (!header.starts_with("bytes ")) return std::nullopt;
    header.remove_prefix(6);
    std::uint64_t first = 0;
    auto const [end, failed] = std::from_chars(header.data(), header.data() + header.size(), first);
    if (failed != std::errc() || end == header.data() + header.size() || *end != '-') return std::nullopt;
    return first;
}

MOCKER_DECL error short_blob(transfer const& t) {
    return {errc::internal, "blob " + t.of.digest.text() + ": unexpected EOF after " + std::to_string(t.position) +
                                " of " + std::to_string(t.of.size) + " bytes"};
}

MOCKER_DECL error long_blob(transfer const& t) {
    return {errc::malformed, "blob " + t.of.digest.text() + ": the registry sends more than its " +
                                 std::to_string(t.of.size) + " bytes"};
}

/// Reads the body of @p reply into the sink, from the byte @p start of the blob on; what the sink has is left out.
MOCKER_DECL awaitable<attempt> receive(http::open_reply& reply, transfer& t, std::uint64_t start) {
    auto const size = static_cast<std::uint64_t>(t.of.size);
    auto const buffer = std::make_unique_for_overwrite<char[]>(blob_buffer_size);
    std::uint64_t skip = t.position - start;
    for (;;) {
        t.reading = true;
        ++t.steps;
        auto const count = co_await reply.read_some(asio::buffer(buffer.get(), blob_buffer_size));
        ++t.steps;
        t.reading = false;
        if (!count && !is_transient(count.error())) co_return attempt::permanently(count.error());
        if (!count || *count == 0) break;
        auto const skipped = std::min<std::uint64_t>(skip, *count);
        skip -= skipped;
        std::string_view const bytes(buffer.get() + skipped, *count - skipped);
        if (bytes.size() > size - t.position) co_return attempt::permanently(long_blob(t));
        if (bytes.empty()) continue;
        if (auto written = co_await t.into.write(bytes); !written) co_return attempt::permanently(written.error());
        t.position += bytes.size();
    }
    co_return t.position == size ? attempt{} : attempt::for_now(short_blob(t));
}

MOCKER_DECL awaitable<void> receive_into(http::open_reply& reply, transfer& t, std::uint64_t start, attempt& out) {
    out = co_await receive(reply, t, start);
}

/// Returns once a single read has taken longer than @p limit.
MOCKER_DECL awaitable<void> watch_for_stall(transfer const& t, std::chrono::milliseconds limit) {
    for (;;) {
        auto const steps = t.steps;
        co_await async::sleep(limit);
        if (t.reading && t.steps == steps) co_return;
    }
}

/// Where within the blob the answer starts, or why it is none.
MOCKER_DECL result<std::uint64_t> start_of(http::open_reply const& reply, transfer const& t) {
    auto const size = static_cast<std::uint64_t>(t.of.size);
    std::uint64_t start = 0;
    if (reply.status() == 206) {
        auto const said = parse_content_range(reply.header("Content-Range"));
        if (!said || *said > t.position)
            return error(errc::malformed, "blob " + t.of.digest.text() + ": wrong Content-Range");
        start = *said;
    }
    auto const length = reply.content_length();
    if (!length || *length == size - start) return start;
    return error(errc::malformed, "blob " + t.of.digest.text() + ": expected " + std::to_string(size - start) +
                                      " bytes, the registry has " + std::to_string(*length));
}

MOCKER_DECL awaitable<attempt> distribution_client::try_blob(oci::reference const& name, transfer& t) {
    outgoing request(http::verb::get,
                     location{{}, "/v2/" + http::percent_encode(name.path, "/") + "/blobs/" + t.of.digest.text()});
    if (t.position > 0 && t.ranges) request.header.set("Range", "bytes=" + std::to_string(t.position) + "-");
    auto reply = co_await open(request, name.path);
    if (!reply) co_return unanswered(request, reply.error());
    if (reply->status() == 416 && t.ranges) {
        t.ranges = false;
        co_return attempt::for_now(short_blob(t));
    }
    if (reply->status() != 200 && reply->status() != 206) {
        auto const body = co_await drain(*reply);
        co_return refused(*reply, body, name, "BLOB_UNKNOWN");
    }
    auto const start = start_of(*reply, t);
    if (!start) co_return attempt::permanently(start.error());
    auto outcome = attempt::for_now(error(errc::internal, "blob " + t.of.digest.text() + ": no data for " +
                                                              std::to_string(options_.stall_timeout.count()) + " ms"));
    auto stalled = outcome;
    int const winner =
        co_await async::first_of(receive_into(*reply, t, *start, outcome), watch_for_stall(t, options_.stall_timeout));
    co_return winner == 0 ? std::move(outcome) : std::move(stalled);
}

MOCKER_DECL awaitable<result<>> distribution_client::fetch_blob(std::string repository, oci::descriptor const& of,
                                                                sink& into, std::uint64_t offset) {
    if (of.size < 0 || offset > static_cast<std::uint64_t>(of.size))
        co_return error(errc::malformed, "blob " + of.digest.text() + ": offset " + std::to_string(offset) +
                                             " is beyond its " + std::to_string(of.size) + " bytes");
    oci::reference name;
    name.domain = domain_;
    name.path = std::move(repository);
    name.digest = of.digest;
    transfer t{of, into, offset};
    for (unsigned number = 1; t.position < static_cast<std::uint64_t>(of.size); ++number) {
        auto const before = t.position;
        auto last = co_await try_blob(name, t);
        if (!last.failed) break;
        if (t.position > before) number = 1; // progress: the registry is well enough
        if (!last.transient || number >= options_.attempts) co_return std::move(*last.failed);
        co_await async::sleep(delay_before(number + 1, last));
    }
    co_return result<>{};
}

} // namespace mocker::registry::detail

#endif
