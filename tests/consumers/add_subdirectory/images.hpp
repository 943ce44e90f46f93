#pragma once
#include <string>

std::string familiar_name(std::string const& image);
