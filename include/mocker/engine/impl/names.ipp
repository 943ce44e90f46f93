#ifndef MOCKER_ENGINE_IMPL_NAMES_IPP
#define MOCKER_ENGINE_IMPL_NAMES_IPP

#include <mocker/engine/names.hpp>

#include <algorithm>
#include <array>
#include <random>

namespace mocker::engine {
namespace detail {

inline constexpr std::array name_adjectives{
    "able",    "agile",   "amber",   "ample",    "apt",     "brave",    "bright",  "brisk",    "calm",     "candid",
    "clear",   "clever",  "cosy",    "crisp",    "curious", "deft",     "eager",   "early",    "earnest",  "easy",
    "elated",  "fair",    "famous",  "fearless", "fleet",   "fluent",   "fond",    "frank",    "fresh",    "gallant",
    "gentle",  "gifted",  "glad",    "golden",   "happy",   "hardy",    "hearty",  "honest",   "hopeful",  "humble",
    "jolly",   "keen",    "kind",    "lively",   "loyal",   "lucid",    "lucky",   "mellow",   "merry",    "mild",
    "modest",  "neat",    "nimble",  "noble",    "patient", "peaceful", "placid",  "polite",   "proud",    "prudent",
    "quick",   "quiet",   "ready",   "serene",   "sharp",   "silent",   "silver",  "simple",   "sincere",  "smart",
    "snappy",  "sober",   "solid",   "steady",   "stoic",   "strong",   "sunny",   "swift",    "tender",   "thorough",
    "tidy",    "tranquil", "trusty", "upbeat",   "valiant", "vigilant", "vivid",   "warm",     "wise",     "witty",
};

inline constexpr std::array name_surnames{
    "allen",    "babbage",  "backus",   "bartik",  "bell",     "boole",   "borg",     "brooks",   "cerf",      "church",
    "clarke",   "codd",     "conway",   "cook",    "cray",     "curie",    "dahl",     "darwin",   "dijkstra",  "easley",
    "einstein", "engelbart", "euclid",  "euler",   "faraday",  "fermat",   "feynman",  "floyd",    "franklin",  "galileo",
    "gauss",    "goldberg", "hamilton", "hamming", "hopper",   "hoare",    "hypatia",  "iverson",  "johnson",   "kay",
    "kernighan", "keller",  "knuth",    "lamarr",  "lamport",  "leibniz",  "liskov",   "lovelace", "maxwell",   "mccarthy",
    "mcilroy",  "meitner",  "milner",   "minsky",  "moore",    "naur",     "newton",   "noether",  "nygaard",   "pascal",
    "perlis",   "perlman",  "pike",     "postel",  "ritchie",  "sammet",   "shannon",  "shaw",     "spence",    "stroustrup",
    "sutherland", "swartz", "tesla",    "thompson", "torvalds", "turing",  "wescoff",  "wilkes",   "wing",      "wirth",
};

MOCKER_DECL bool is_letter_or_digit(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

MOCKER_DECL bool is_name_character(char c) noexcept {
    return is_letter_or_digit(c) || c == '_' || c == '.' || c == '-';
}

} // namespace detail

MOCKER_DECL std::string_view without_slash(std::string_view name) noexcept {
    if (name.starts_with('/')) name.remove_prefix(1);
    return name;
}

MOCKER_DECL result<> check_container_name(std::string_view name) {
    bool const valid = name.size() >= 2 && detail::is_letter_or_digit(name.front()) &&
                       std::all_of(name.begin(), name.end(), &detail::is_name_character);
    if (valid) return {};
    return error(errc::malformed, "Invalid container name (" + std::string(name) +
                                      "), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
}

MOCKER_DECL std::string random_name(unsigned attempt) {
    thread_local std::mt19937 generator{std::random_device{}()};
    auto const pick = [](std::size_t count) {
        return std::uniform_int_distribution<std::size_t>(0, count - 1)(generator);
    };
    std::string name = detail::name_adjectives[pick(detail::name_adjectives.size())];
    name += '_';
    name += detail::name_surnames[pick(detail::name_surnames.size())];
    if (attempt > 0) name += static_cast<char>('0' + pick(10));
    return name;
}

} // namespace mocker::engine

#endif
