/// @file The bodies of this folder, for one translation unit of a program built with MOCKER_SEPARATE_COMPILATION.
#include <mocker/core/impl/digest.ipp>
#include <mocker/core/impl/error.ipp>
#include <mocker/core/impl/error_table.ipp>
#include <mocker/core/impl/file.ipp>
#include <mocker/core/impl/go_json.ipp>
#include <mocker/core/impl/go_template.ipp>
#include <mocker/core/impl/go_template_functions.ipp>
#include <mocker/core/impl/go_template_lexer.ipp>
#include <mocker/core/impl/go_template_parser.ipp>
#include <mocker/core/impl/go_template_printf.ipp>
#include <mocker/core/impl/id.ipp>
#include <mocker/core/impl/json.ipp>
#include <mocker/core/impl/sha256.ipp>
#include <mocker/core/impl/size.ipp>
#include <mocker/core/impl/time.ipp>
