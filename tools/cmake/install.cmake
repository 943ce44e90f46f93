# cmake --install: the headers, and what find_package(mocker) reads. The programs too, where they are built.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_DATADIR}/cmake/mocker) # headers only: the same for every architecture
install(TARGETS mocker EXPORT mockerTargets FILE_SET HEADERS FILE_SET bodies)
install(EXPORT mockerTargets NAMESPACE mocker:: DESTINATION ${package_dir})

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/mockerConfig.cmake.in ${PROJECT_BINARY_DIR}/mockerConfig.cmake
    INSTALL_DESTINATION ${package_dir} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/mockerConfigVersion.cmake
    COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES
    ${PROJECT_BINARY_DIR}/mockerConfig.cmake ${PROJECT_BINARY_DIR}/mockerConfigVersion.cmake
    ${CMAKE_CURRENT_LIST_DIR}/dependencies.cmake DESTINATION ${package_dir})
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
