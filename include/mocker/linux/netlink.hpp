#ifndef MOCKER_LINUX_NETLINK_HPP
#define MOCKER_LINUX_NETLINK_HPP

#include <mocker/config.hpp>
#include <mocker/core/error.hpp>
#include <mocker/core/unique_fd.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace mocker::linux_ {

/** Builds netlink requests, back to back, as bytes. Plain data: nothing is sent.

    @par Example
    @code
    netlink_requests requests;
    requests.begin(RTM_DELLINK, 0, ifinfomsg{});
    requests.put_text(IFLA_IFNAME, "veth0");
    @endcode */
class netlink_requests {
public:
    /// Starts a request, which ends where the next one starts: NLM_F_REQUEST | NLM_F_ACK | @p flags, then @p header.
    template <class Header>
    void begin(std::uint16_t type, std::uint16_t flags, Header const& header) {
        static_assert(std::is_trivially_copyable_v<Header>);
        start(type, flags);
        append(&header, sizeof header);
    }

    /// Adds an attribute. @return the offset of its value in `bytes()`
    MOCKER_DECL std::size_t put(std::uint16_t type, void const* value, std::size_t size);
    std::size_t put_number(std::uint16_t type, std::uint32_t value) { return put(type, &value, sizeof value); }
    std::size_t put_byte(std::uint16_t type, std::uint8_t value) { return put(type, &value, sizeof value); }
    /// With its terminating zero, as interface names are sent.
    MOCKER_DECL std::size_t put_text(std::uint16_t type, std::string_view text);

    /// Opens an attribute that holds attributes. @return what `close_nest` needs
    MOCKER_DECL std::size_t open_nest(std::uint16_t type);
    MOCKER_DECL void close_nest(std::size_t nest);

    /// Adds bytes that are no attribute: the header inside VETH_INFO_PEER. @return their offset in `bytes()`
    MOCKER_DECL std::size_t append(void const* data, std::size_t size);

    std::string const& bytes() const noexcept { return bytes_; }
    bool empty() const noexcept { return bytes_.empty(); }

private:
    MOCKER_DECL void start(std::uint16_t type, std::uint16_t flags);
    MOCKER_DECL void update_length();

    std::string bytes_{};
    std::size_t message_ = 0;
    std::uint32_t sequence_ = 0;
};

/// One message of a dump: its type, and what follows the netlink header.
struct netlink_message {
    std::uint16_t type = 0;
    std::string payload{};
};

/// The messages of one datagram from the kernel, and whether the dump they belong to is over.
struct netlink_datagram {
    std::vector<netlink_message> messages{};
    bool done = false;
};

/// Takes one datagram apart. @par Errors the number the kernel answered with; `EBADMSG` what is no netlink message
MOCKER_DECL result<netlink_datagram> parse_netlink(std::string_view bytes);

/// The value of the attribute @p type among @p attributes; nothing if it is missing or they are malformed.
MOCKER_DECL std::optional<std::string_view> find_attribute(std::string_view attributes, std::uint16_t type);

/// The same, of a 32-bit number.
MOCKER_DECL std::optional<std::uint32_t> find_number(std::string_view attributes, std::uint16_t type);

/// A netlink socket of the calling thread's network namespace. Its calls end as soon as the kernel has answered, which it
/// does at once.
class netlink_socket {
public:
    /// @param protocol NETLINK_ROUTE or NETLINK_NETFILTER
    MOCKER_DECL static result<netlink_socket> open(int protocol);

    /// Sends requests that change something. @par Errors the first that the kernel refuses one with, named @p what
    MOCKER_DECL result<> perform(std::string_view requests, std::string const& what);

    /// Sends one request and gives all that the kernel answers: a dump (NLM_F_DUMP), or one object.
    MOCKER_DECL result<std::vector<netlink_message>> ask(std::string_view request, std::string const& what);

private:
    explicit netlink_socket(unique_fd fd) : fd_(std::move(fd)) {}
    unique_fd fd_;
};

} // namespace mocker::linux_

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/linux/impl/netlink.ipp>
#endif
#endif
