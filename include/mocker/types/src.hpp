/// @file The bodies of this folder, for one translation unit of a program built with MOCKER_SEPARATE_COMPILATION.
#include <mocker/types/impl/json_mapping.ipp>
