// The part of Asio that needs OpenSSL, apart so that programs without TLS do not link it.
#include <boost/asio/ssl/impl/src.hpp>
