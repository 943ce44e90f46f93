/// @file The bodies of this folder, for one translation unit of a program built with MOCKER_SEPARATE_COMPILATION.
#include <mocker/content/impl/blob_store.ipp>
#include <mocker/content/impl/blob_writer.ipp>
