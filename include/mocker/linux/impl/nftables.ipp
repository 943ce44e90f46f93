#ifndef MOCKER_LINUX_IMPL_NFTABLES_IPP
#define MOCKER_LINUX_IMPL_NFTABLES_IPP

#include <mocker/linux/netlink.hpp>
#include <mocker/linux/nftables.hpp>

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <libnftnl/chain.h>
#include <libnftnl/common.h>
#include <libnftnl/expr.h>
#include <libnftnl/rule.h>
#include <libnftnl/table.h>
#include <libnftnl/udata.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter_ipv4.h>
#include <net/if.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <new>

namespace mocker::linux_ {
namespace detail {

MOCKER_DECL nftnl_expr* make_expression(char const* kind) {
    nftnl_expr* const made = ::nftnl_expr_alloc(kind);
    if (made == nullptr) throw std::bad_alloc();
    return made;
}

/// Loads something about the packet into the first register.
MOCKER_DECL nftnl_expr* load_meta(std::uint32_t key) {
    auto* const load = make_expression("meta");
    ::nftnl_expr_set_u32(load, NFTNL_EXPR_META_KEY, key);
    ::nftnl_expr_set_u32(load, NFTNL_EXPR_META_DREG, NFT_REG_1);
    return load;
}

MOCKER_DECL nftnl_expr* mask_register(std::uint32_t mask) {
    auto* const bits = make_expression("bitwise");
    std::uint32_t const flip = 0;
    ::nftnl_expr_set_u32(bits, NFTNL_EXPR_BITWISE_SREG, NFT_REG_1);
    ::nftnl_expr_set_u32(bits, NFTNL_EXPR_BITWISE_DREG, NFT_REG_1);
    ::nftnl_expr_set_u32(bits, NFTNL_EXPR_BITWISE_LEN, sizeof mask);
    ::nftnl_expr_set(bits, NFTNL_EXPR_BITWISE_MASK, &mask, sizeof mask);
    ::nftnl_expr_set(bits, NFTNL_EXPR_BITWISE_XOR, &flip, sizeof flip);
    return bits;
}

MOCKER_DECL nftnl_expr* compare_register(std::uint32_t comparison, void const* data, std::uint32_t size) {
    auto* const compare = make_expression("cmp");
    ::nftnl_expr_set_u32(compare, NFTNL_EXPR_CMP_SREG, NFT_REG_1);
    ::nftnl_expr_set_u32(compare, NFTNL_EXPR_CMP_OP, comparison);
    ::nftnl_expr_set(compare, NFTNL_EXPR_CMP_DATA, data, size);
    return compare;
}

/// Asks for one object, or for all of a kind (NLM_F_DUMP); @p build fills the request in.
template <class Build>
result<std::vector<netlink_message>> ask_nftables(std::uint16_t type, std::uint16_t flags, std::string const& what, Build build) {
    std::array<char, 4096> buffer{};
    auto* const header = ::nftnl_nlmsg_build_hdr(buffer.data(), type, NFPROTO_IPV4, static_cast<std::uint16_t>(NLM_F_ACK | flags), 1);
    build(header);
    MOCKER_TRY_RETURN(socket, netlink_socket::open(NETLINK_NETFILTER));
    return socket.ask({buffer.data(), header->nlmsg_len}, what);
}

/// The comment of a rule, as nft(8) stores it.
MOCKER_DECL std::string rule_comment(nftnl_rule const* rule) {
    std::uint32_t size = 0;
    auto const* const data = static_cast<char const*>(::nftnl_rule_get_data(rule, NFTNL_RULE_USERDATA, &size));
    std::string_view rest(data == nullptr ? "" : data, data == nullptr ? 0 : size);
    while (rest.size() >= 2) { // type, length, value
        std::size_t const length = static_cast<unsigned char>(rest[1]);
        if (length > rest.size() - 2) break;
        if (rest[0] == NFTNL_UDATA_RULE_COMMENT) return std::string(rest.substr(2, rest.substr(2, length).find('\0')));
        rest.remove_prefix(2 + length);
    }
    return {};
}

/// A dumped message with a netlink header in front again, as libnftnl parses it.
MOCKER_DECL std::string with_header(netlink_message const& message) {
    nlmsghdr header{};
    header.nlmsg_len = static_cast<std::uint32_t>(sizeof header + message.payload.size());
    header.nlmsg_type = message.type;
    return std::string(reinterpret_cast<char const*>(&header), sizeof header) + message.payload;
}

} // namespace detail

MOCKER_DECL void nftables_rule::release::operator()(nftnl_rule* rule) const noexcept { ::nftnl_rule_free(rule); }

MOCKER_DECL nftables_rule::nftables_rule() : rule_(::nftnl_rule_alloc()) {
    if (!rule_) throw std::bad_alloc();
}

MOCKER_DECL void nftables_rule::match_interface(std::uint32_t key, std::string_view name, std::uint32_t comparison) {
    std::array<char, IFNAMSIZ> padded{};
    name.copy(padded.data(), padded.size() - 1);
    ::nftnl_rule_add_expr(native(), detail::load_meta(key));
    ::nftnl_rule_add_expr(native(), detail::compare_register(comparison, padded.data(), padded.size()));
}

MOCKER_DECL nftables_rule& nftables_rule::input_interface(std::string_view name) {
    match_interface(NFT_META_IIFNAME, name, NFT_CMP_EQ);
    return *this;
}

MOCKER_DECL nftables_rule& nftables_rule::output_interface(std::string_view name) {
    match_interface(NFT_META_OIFNAME, name, NFT_CMP_EQ);
    return *this;
}

MOCKER_DECL nftables_rule& nftables_rule::output_interface_is_not(std::string_view name) {
    match_interface(NFT_META_OIFNAME, name, NFT_CMP_NEQ);
    return *this;
}

MOCKER_DECL nftables_rule& nftables_rule::source_network(std::uint32_t base, unsigned length) {
    auto* const load = detail::make_expression("payload");
    ::nftnl_expr_set_u32(load, NFTNL_EXPR_PAYLOAD_DREG, NFT_REG_1);
    ::nftnl_expr_set_u32(load, NFTNL_EXPR_PAYLOAD_BASE, NFT_PAYLOAD_NETWORK_HEADER);
    ::nftnl_expr_set_u32(load, NFTNL_EXPR_PAYLOAD_OFFSET, 12); // RFC 791: the source address
    ::nftnl_expr_set_u32(load, NFTNL_EXPR_PAYLOAD_LEN, 4);
    ::nftnl_rule_add_expr(native(), load);
    ::nftnl_rule_add_expr(native(), detail::mask_register(htonl(length == 0 ? 0 : ~0u << (32 - length))));
    std::uint32_t const network = htonl(base);
    ::nftnl_rule_add_expr(native(), detail::compare_register(NFT_CMP_EQ, &network, sizeof network));
    return *this;
}

MOCKER_DECL nftables_rule& nftables_rule::established() {
    auto* const load = detail::make_expression("ct");
    ::nftnl_expr_set_u32(load, NFTNL_EXPR_CT_KEY, NFT_CT_STATE);
    ::nftnl_expr_set_u32(load, NFTNL_EXPR_CT_DREG, NFT_REG_1);
    ::nftnl_rule_add_expr(native(), load);
    ::nftnl_rule_add_expr(native(), detail::mask_register(NF_CT_STATE_BIT(IP_CT_ESTABLISHED) | NF_CT_STATE_BIT(IP_CT_RELATED)));
    std::uint32_t const none = 0;
    ::nftnl_rule_add_expr(native(), detail::compare_register(NFT_CMP_NEQ, &none, sizeof none));
    return *this;
}

MOCKER_DECL void nftables_rule::verdict(int code) {
    auto* const immediate = detail::make_expression("immediate");
    ::nftnl_expr_set_u32(immediate, NFTNL_EXPR_IMM_DREG, NFT_REG_VERDICT);
    ::nftnl_expr_set_u32(immediate, NFTNL_EXPR_IMM_VERDICT, static_cast<std::uint32_t>(code));
    ::nftnl_rule_add_expr(native(), immediate);
}

MOCKER_DECL nftables_rule& nftables_rule::accept() {
    verdict(NF_ACCEPT);
    return *this;
}

MOCKER_DECL nftables_rule& nftables_rule::drop() {
    verdict(NF_DROP);
    return *this;
}

MOCKER_DECL nftables_rule& nftables_rule::masquerade() {
    ::nftnl_rule_add_expr(native(), detail::make_expression("masq"));
    return *this;
}

MOCKER_DECL nftables_rule& nftables_rule::comment(std::string_view text) {
    std::string data{static_cast<char>(NFTNL_UDATA_RULE_COMMENT), static_cast<char>(text.size() + 1)};
    data.append(text).push_back('\0');
    ::nftnl_rule_set_data(native(), NFTNL_RULE_USERDATA, data.data(), static_cast<std::uint32_t>(data.size()));
    return *this;
}

MOCKER_DECL nftables_batch::nftables_batch() { add_marker(NFNL_MSG_BATCH_BEGIN); }

MOCKER_DECL void nftables_batch::add_marker(std::uint16_t type) {
    std::array<char, 256> buffer{};
    auto const* const header = type == NFNL_MSG_BATCH_BEGIN ? ::nftnl_batch_begin(buffer.data(), ++sequence_)
                                                            : ::nftnl_batch_end(buffer.data(), ++sequence_);
    bytes_.append(buffer.data(), header->nlmsg_len);
}

/// Appends one change: @p set fills @p object in, @p build writes it.
template <class Object, class Set, class Build>
void nftables_batch::add_object(std::uint16_t type, std::uint16_t flags, Object* object, Set set, Build build) {
    if (object == nullptr) throw std::bad_alloc();
    set(object);
    std::array<char, 4096> buffer{}; // names have at most 255 bytes, rules of ours are far smaller
    auto* const header = ::nftnl_nlmsg_build_hdr(buffer.data(), type, NFPROTO_IPV4,
                                                 static_cast<std::uint16_t>(NLM_F_ACK | flags), ++sequence_);
    build(header, object);
    bytes_.append(buffer.data(), header->nlmsg_len);
    ++changes_;
}

MOCKER_DECL void nftables_batch::add_table(std::string const& table) {
    std::unique_ptr<nftnl_table, void (*)(nftnl_table const*)> const object(::nftnl_table_alloc(), &::nftnl_table_free);
    auto const set = [&](nftnl_table* t) { ::nftnl_table_set_str(t, NFTNL_TABLE_NAME, table.c_str()); };
    add_object(NFT_MSG_NEWTABLE, NLM_F_CREATE, object.get(), set, ::nftnl_table_nlmsg_build_payload);
}

MOCKER_DECL void nftables_batch::delete_table(std::string const& table) {
    std::unique_ptr<nftnl_table, void (*)(nftnl_table const*)> const object(::nftnl_table_alloc(), &::nftnl_table_free);
    auto const set = [&](nftnl_table* t) { ::nftnl_table_set_str(t, NFTNL_TABLE_NAME, table.c_str()); };
    add_object(NFT_MSG_DELTABLE, 0, object.get(), set, ::nftnl_table_nlmsg_build_payload);
}

MOCKER_DECL void nftables_batch::replace_table(std::string const& table) {
    add_table(table); // so that there is one to delete
    delete_table(table);
    add_table(table);
}

MOCKER_DECL void nftables_batch::add_chain(std::string const& table, std::string const& chain, nftables_hook hook) {
    std::unique_ptr<nftnl_chain, void (*)(nftnl_chain const*)> const object(::nftnl_chain_alloc(), &::nftnl_chain_free);
    bool const nat = hook == nftables_hook::postrouting;
    auto const set = [&](nftnl_chain* c) {
        ::nftnl_chain_set_str(c, NFTNL_CHAIN_TABLE, table.c_str());
        ::nftnl_chain_set_str(c, NFTNL_CHAIN_NAME, chain.c_str());
        ::nftnl_chain_set_str(c, NFTNL_CHAIN_TYPE, nat ? "nat" : "filter");
        ::nftnl_chain_set_u32(c, NFTNL_CHAIN_HOOKNUM, nat ? NF_INET_POST_ROUTING : NF_INET_FORWARD);
        ::nftnl_chain_set_s32(c, NFTNL_CHAIN_PRIO, nat ? NF_IP_PRI_NAT_SRC : NF_IP_PRI_FILTER);
        ::nftnl_chain_set_u32(c, NFTNL_CHAIN_POLICY, NF_ACCEPT);
    };
    add_object(NFT_MSG_NEWCHAIN, NLM_F_CREATE, object.get(), set, ::nftnl_chain_nlmsg_build_payload);
}

MOCKER_DECL void nftables_batch::put_rule(std::uint16_t flags, std::string const& table, std::string const& chain,
                                          nftables_rule const& rule) {
    auto const set = [&](nftnl_rule* r) {
        ::nftnl_rule_set_u32(r, NFTNL_RULE_FAMILY, NFPROTO_IPV4);
        ::nftnl_rule_set_str(r, NFTNL_RULE_TABLE, table.c_str());
        ::nftnl_rule_set_str(r, NFTNL_RULE_CHAIN, chain.c_str());
    };
    auto const flags_of_new = static_cast<std::uint16_t>(NLM_F_CREATE | flags);
    add_object(NFT_MSG_NEWRULE, flags_of_new, rule.native(), set, ::nftnl_rule_nlmsg_build_payload);
}

MOCKER_DECL void nftables_batch::append_rule(std::string const& table, std::string const& chain, nftables_rule const& rule) {
    put_rule(NLM_F_APPEND, table, chain, rule);
}

MOCKER_DECL void nftables_batch::insert_rule(std::string const& table, std::string const& chain, nftables_rule const& rule) {
    put_rule(0, table, chain, rule);
}

MOCKER_DECL void nftables_batch::delete_rule(std::string const& table, std::string const& chain, std::uint64_t handle) {
    nftables_rule const named;
    auto const set = [&](nftnl_rule* r) {
        ::nftnl_rule_set_u32(r, NFTNL_RULE_FAMILY, NFPROTO_IPV4);
        ::nftnl_rule_set_str(r, NFTNL_RULE_TABLE, table.c_str());
        ::nftnl_rule_set_str(r, NFTNL_RULE_CHAIN, chain.c_str());
        ::nftnl_rule_set_u64(r, NFTNL_RULE_HANDLE, handle);
    };
    add_object(NFT_MSG_DELRULE, 0, named.native(), set, ::nftnl_rule_nlmsg_build_payload);
}

MOCKER_DECL result<> nftables_batch::commit() const {
    if (empty()) return {};
    nftables_batch whole = *this;
    whole.add_marker(NFNL_MSG_BATCH_END);
    MOCKER_TRY_RETURN(socket, netlink_socket::open(NETLINK_NETFILTER));
    return socket.perform(whole.bytes_, "change nftables");
}

MOCKER_DECL result<bool> nftables_chain_exists(std::string const& table, std::string const& chain) {
    std::unique_ptr<nftnl_chain, void (*)(nftnl_chain const*)> const object(::nftnl_chain_alloc(), &::nftnl_chain_free);
    if (!object) throw std::bad_alloc();
    ::nftnl_chain_set_str(object.get(), NFTNL_CHAIN_TABLE, table.c_str());
    ::nftnl_chain_set_str(object.get(), NFTNL_CHAIN_NAME, chain.c_str());
    auto const found = detail::ask_nftables(NFT_MSG_GETCHAIN, 0, "look up nftables chain " + chain,
        [&](nlmsghdr* header) { ::nftnl_chain_nlmsg_build_payload(header, object.get()); });
    if (!found && found.error().code().value() == ENOENT) return false;
    if (!found) return found.error();
    return true;
}

MOCKER_DECL result<std::vector<std::uint64_t>> find_nftables_rules(std::string const& table, std::string const& chain,
                                                                   std::string_view comment) {
    nftables_rule const filter;
    ::nftnl_rule_set_str(filter.native(), NFTNL_RULE_TABLE, table.c_str());
    ::nftnl_rule_set_str(filter.native(), NFTNL_RULE_CHAIN, chain.c_str());
    auto const rules = detail::ask_nftables(NFT_MSG_GETRULE, NLM_F_DUMP, "list nftables rules of " + chain,
        [&](nlmsghdr* header) { ::nftnl_rule_nlmsg_build_payload(header, filter.native()); });
    std::vector<std::uint64_t> handles;
    if (!rules && rules.error().code().value() == ENOENT) return handles;
    if (!rules) return rules.error();
    for (auto const& message : *rules) {
        std::string const bytes = detail::with_header(message);
        nftables_rule const parsed;
        if (::nftnl_rule_nlmsg_parse(reinterpret_cast<nlmsghdr const*>(bytes.data()), parsed.native()) < 0) continue;
        if (detail::rule_comment(parsed.native()) == comment) {
            handles.push_back(::nftnl_rule_get_u64(parsed.native(), NFTNL_RULE_HANDLE));
        }
    }
    return handles;
}

} // namespace mocker::linux_

#endif
