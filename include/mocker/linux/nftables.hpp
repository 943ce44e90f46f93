#ifndef MOCKER_LINUX_NFTABLES_HPP
#define MOCKER_LINUX_NFTABLES_HPP

#include <mocker/config.hpp>
#include <mocker/core/error.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct nftnl_rule; // of libnftnl

namespace mocker::linux_ {

/** One rule: matches, which must all hold, and then what happens to the packet.
    @code
    nftables_rule masquerade;
    masquerade.source_network(0xac110000, 16).output_interface_is_not("mocker0").masquerade();
    @endcode */
class nftables_rule {
public:
    MOCKER_DECL nftables_rule();

    MOCKER_DECL nftables_rule& input_interface(std::string_view name);
    MOCKER_DECL nftables_rule& output_interface(std::string_view name);
    MOCKER_DECL nftables_rule& output_interface_is_not(std::string_view name);
    MOCKER_DECL nftables_rule& source_network(std::uint32_t base, unsigned length);
    /// The packet belongs to a connection that exists, or is related to one.
    MOCKER_DECL nftables_rule& established();

    MOCKER_DECL nftables_rule& accept();
    MOCKER_DECL nftables_rule& drop();
    MOCKER_DECL nftables_rule& masquerade();

    /// A text that `nft list` shows, and by which the rule is found again.
    MOCKER_DECL nftables_rule& comment(std::string_view text);

    nftnl_rule* native() const noexcept { return rule_.get(); }

private:
    struct release {
        MOCKER_DECL void operator()(nftnl_rule* rule) const noexcept;
    };
    MOCKER_DECL void match_interface(std::uint32_t key, std::string_view name, std::uint32_t comparison);
    MOCKER_DECL void verdict(int code);

    std::unique_ptr<nftnl_rule, release> rule_;
};

/// Where a base chain is hooked in.
enum class nftables_hook { forward, postrouting };

/** Changes to tables of the family `ip`, which take effect all together or not at all. Plain data until `commit`.
    @see nft(8) */
class nftables_batch {
public:
    MOCKER_DECL nftables_batch();

    /// Makes the table, or empties the one there is.
    MOCKER_DECL void replace_table(std::string const& table);
    /// Removes the table, which must be there at this point of the batch.
    MOCKER_DECL void delete_table(std::string const& table);
    /// Makes the table unless it is there.
    MOCKER_DECL void add_table(std::string const& table);
    /// A chain that sees every packet at @p hook and lets pass what no rule of it decides. Its type follows from the hook:
    /// `filter` for forward, `nat` for postrouting, each at its usual priority.
    MOCKER_DECL void add_chain(std::string const& table, std::string const& chain, nftables_hook hook);
    MOCKER_DECL void append_rule(std::string const& table, std::string const& chain, nftables_rule const& rule);
    MOCKER_DECL void insert_rule(std::string const& table, std::string const& chain, nftables_rule const& rule);
    MOCKER_DECL void delete_rule(std::string const& table, std::string const& chain, std::uint64_t handle);

    bool empty() const noexcept { return changes_ == 0; }

    /// Gives the batch to the kernel, in the network namespace of the calling thread.
    /// @par Errors what the first refused change is refused with; `EOPNOTSUPP` a kernel without nftables
    MOCKER_DECL result<> commit() const;

private:
    template <class Object, class Set, class Build>
    void add_object(std::uint16_t type, std::uint16_t flags, Object* object, Set set, Build build);
    MOCKER_DECL void put_rule(std::uint16_t flags, std::string const& table, std::string const& chain, nftables_rule const& rule);
    MOCKER_DECL void add_marker(std::uint16_t type);

    std::string bytes_{};
    std::uint32_t sequence_ = 0;
    unsigned changes_ = 0;
};

/// True if the table of the family `ip` has a chain of that name.
MOCKER_DECL result<bool> nftables_chain_exists(std::string const& table, std::string const& chain);

/// The handles of the rules of a chain that carry @p comment. None if the chain is not there.
MOCKER_DECL result<std::vector<std::uint64_t>> find_nftables_rules(std::string const& table, std::string const& chain,
                                                                   std::string_view comment);

} // namespace mocker::linux_

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/linux/impl/nftables.ipp>
#endif
#endif
