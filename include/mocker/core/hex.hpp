#ifndef MOCKER_CORE_HEX_HPP
#define MOCKER_CORE_HEX_HPP

#include <string>
#include <string_view>

namespace mocker {

/// Two lower-case hexadecimal digits for each byte of @p bytes.
inline std::string to_hex(std::string_view bytes) {
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (unsigned char const byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

} // namespace mocker

#endif
