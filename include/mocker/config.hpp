/** @file
    The one switch of the library: header-only, or compiled once.

    Without any macro every function body is `inline` and each header brings its own. With
    `MOCKER_SEPARATE_COMPILATION` the headers only declare, and one translation unit of the program (or the CMake
    target `mocker::compiled`) includes `mocker/src.hpp`, which holds all the bodies. */
#ifndef MOCKER_CONFIG_HPP
#define MOCKER_CONFIG_HPP

#if defined(MOCKER_SEPARATE_COMPILATION)
#define MOCKER_DECL
#else
#define MOCKER_DECL inline
#endif

#endif
