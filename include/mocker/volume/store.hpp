#ifndef MOCKER_VOLUME_STORE_HPP
#define MOCKER_VOLUME_STORE_HPP

#include <mocker/config.hpp>
#include <mocker/core/error.hpp>
#include <mocker/core/time.hpp>

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mocker::volume {

/// A named directory that outlives containers.
struct info {
    std::string name{};
    std::string mountpoint{};                          ///< ROOT/NAME/_data
    time_point created{};
    std::map<std::string, std::string> labels{};
    std::map<std::string, std::string> options{};      ///< as sent at creation
    bool anonymous = false;                            ///< created without a name: goes with its container
    std::string driver = "local";

    friend bool operator==(info const&, info const&) = default;
};

/// How a volume is created.
struct create_options {
    std::string name{};                                ///< empty: an anonymous one with a name of 64 hex digits
    std::map<std::string, std::string> labels{};
    std::map<std::string, std::string> options{};      ///< the local driver knows none yet: each is refused by name
};

/** The volumes of one engine, in one directory: `NAME/_data` is the volume, `NAME/volume.json` what it is.

    A volume appears, and disappears, by one rename, so a killed engine leaves a whole volume or none. What was created
    is on disk before `create` returns. Its functions block for as long as the disk takes.

    @par Example
    @code
    MOCKER_TRY_RETURN(volumes, volume::store::open("/var/lib/mocker/volumes"));
    MOCKER_TRY_RETURN(data, volumes.create({.name = "pgdata"}));
    @endcode */
class store {
public:
    /// Opens @p root, creating it if need be, and removes what a killed engine left half done.
    MOCKER_DECL static result<store> open(std::string root);

    /** Creates a volume, or gives the one of that name as it is.
        @par Errors errc::malformed the name is too short or has invalid characters, or an option is unknown (Docker's
        texts); whatever the file system reports. */
    MOCKER_DECL result<info> create(create_options wanted);

    /// @par Errors errc::not_found "get NAME: no such volume"
    MOCKER_DECL result<info> find(std::string_view name) const;

    /// All volumes, by name.
    MOCKER_DECL std::vector<info> list() const;

    /// Removes a volume and its content. Whether a container uses it is for the caller to know.
    /// @par Errors errc::not_found "get NAME: no such volume"
    MOCKER_DECL result<> remove(std::string_view name);

    /// The first half of `remove`, which does not take long however much the volume holds: it is no longer in the store.
    /// @return the directory that the caller is to delete, on whatever thread; the next `open` would.
    MOCKER_DECL result<std::string> discard(std::string_view name);

    std::string const& root() const noexcept { return root_; }

private:
    explicit store(std::string root) : root_(std::move(root)) {}

    std::string root_;
    std::map<std::string, info, std::less<>> volumes_{};
};

/// Docker's rule for names of local volumes. @par Errors errc::malformed with Docker's text
MOCKER_DECL result<> check_name(std::string_view name);

} // namespace mocker::volume

#if !defined(MOCKER_SEPARATE_COMPILATION)
#include <mocker/volume/impl/store.ipp>
#endif
#endif
