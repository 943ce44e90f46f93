#include <gtest/gtest.h>

#include <csignal>

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    std::signal(SIGPIPE, SIG_IGN); // as every program that owns sockets does
    return RUN_ALL_TESTS();
}
