// Asio and Beast, compiled once for our own programs and tests.
#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
