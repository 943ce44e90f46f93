#ifndef MOCKER_HTTP_IMPL_REQUEST_IPP
#define MOCKER_HTTP_IMPL_REQUEST_IPP

#include <mocker/http/detail/connection.hpp>
#include <mocker/http/request.hpp>

#include <algorithm>

namespace mocker::http {

MOCKER_DECL void request::reset() {
    path_.clear();
    query_text_ = {};
    routed_path_ = {};
    parameters_.clear();
    query_.reset();
}

MOCKER_DECL result<> request::split_target() {
    std::string_view path = head_->target;
    // RFC 9112, section 3.2.2: a server accepts the absolute form too.
    if (auto const scheme = path.find("://"); !path.starts_with('/') && scheme != std::string_view::npos)
        path = path.substr(std::min(path.find_first_of("/?", scheme + 3), path.size()));
    path = path.substr(0, path.find('#'));
    auto const question = path.find('?');
    if (question != std::string_view::npos) query_text_ = path.substr(question + 1);
    MOCKER_TRY_RETURN(decoded, percent_decode(path.substr(0, question)));
    path_ = decoded.empty() ? "/" : std::move(decoded);
    routed_path_ = path_;
    return {};
}

MOCKER_DECL query_parameters const& request::query() const {
    if (!query_) query_.emplace(query_text_);
    return *query_;
}

MOCKER_DECL std::optional<std::string> request::query(std::string_view name) const { return query().find(name); }

MOCKER_DECL std::string const& request::param(std::string_view name) const noexcept {
    static std::string const none;
    for (auto const& p : parameters_)
        if (p.name == name) return p.value;
    return none;
}

MOCKER_DECL bool request::wants_upgrade() const noexcept {
    return version() >= 11 && !header("Upgrade").empty() && list_contains(header("Connection"), "upgrade");
}

MOCKER_DECL bool request::has_body() const noexcept {
    auto const& parser = connection_->reader().parser();
    return parser.chunked() || parser.content_length().value_or(0) != 0;
}

MOCKER_DECL std::optional<std::uint64_t> request::content_length() const noexcept {
    auto const length = connection_->reader().parser().content_length();
    return length ? std::optional<std::uint64_t>(*length) : std::nullopt;
}

MOCKER_DECL awaitable<result<std::string>> request::body(std::size_t limit) {
    std::string out;
    auto const announced = content_length().value_or(0);
    if (announced > limit) co_return error(errc::too_large, "request body too large");
    for (std::size_t size = 0;;) {
        // A length is only a promise: room for it comes with the bytes.
        auto const room = std::clamp<std::uint64_t>(announced > size ? announced - size : size, 1024, 64 * 1024);
        out.resize(size + static_cast<std::size_t>(room));
        MOCKER_TRY(got, co_await connection_->read_body(asio::buffer(out.data() + size, out.size() - size)));
        size += got;
        if (size > limit) co_return error(errc::too_large, "request body too large");
        if (got != 0 && size != announced) continue;
        out.resize(size);
        if (got == 0 || connection_->reader().is_done()) co_return out;
    }
}

MOCKER_DECL awaitable<result<std::size_t>> request::read_some(asio::mutable_buffer into) {
    return connection_->read_body(into);
}

MOCKER_DECL int request::native_handle() const { return connection_->stream().native_handle(); }

} // namespace mocker::http

#endif
