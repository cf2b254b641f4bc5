# What `cmake --install` and the packages consist of, in three components: pvtune, libpvs (the
# shared library) and libpvs-dev (header, static library, what finds them, the example).
include(CMakePackageConfigHelpers)

# ---- pvtune ----

set(PVTUNE_BASH_COMPLETIONS ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
    CACHE STRING "Where the completion for bash is installed")
set(PVTUNE_ZSH_COMPLETIONS ${CMAKE_INSTALL_DATADIR}/zsh/site-functions
    CACHE STRING "Where the completion for zsh is installed")
set(PVTUNE_FISH_COMPLETIONS ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d
    CACHE STRING "Where the completion for fish is installed")
set(share ${PROJECT_BINARY_DIR}/share)
set(doc_dir ${CMAKE_INSTALL_DATADIR}/doc)

install(TARGETS pvtune COMPONENT pvtune)
get_property(mpi_modules GLOBAL PROPERTY PVTUNE_MPI_MODULES)
if(mpi_modules)
  install(TARGETS ${mpi_modules} LIBRARY DESTINATION lib/pvtune COMPONENT pvtune)
endif()
install(DIRECTORY plots DESTINATION ${CMAKE_INSTALL_DATADIR}/pvtune COMPONENT pvtune
        PATTERN "*.md" EXCLUDE PATTERN "example_*" EXCLUDE)
install(DIRECTORY ${share}/man/ DESTINATION ${CMAKE_INSTALL_MANDIR} COMPONENT pvtune)
install(FILES ${share}/completions/pvtune DESTINATION ${PVTUNE_BASH_COMPLETIONS} COMPONENT pvtune)
install(FILES ${share}/completions/_pvtune DESTINATION ${PVTUNE_ZSH_COMPLETIONS} COMPONENT pvtune)
install(FILES ${share}/completions/pvtune.fish DESTINATION ${PVTUNE_FISH_COMPLETIONS}
        COMPONENT pvtune)
install(FILES LICENSE README.md DESTINATION ${doc_dir}/pvtune COMPONENT pvtune)
install(DIRECTORY docs/ DESTINATION ${doc_dir}/pvtune COMPONENT pvtune FILES_MATCHING PATTERN "*.md")
install(DIRECTORY examples/ DESTINATION ${doc_dir}/pvtune/examples COMPONENT pvtune
        PATTERN "embed" EXCLUDE)

# ---- libpvs, libpvs-dev ----

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/pvs)
if(BUILD_SHARED_LIBS)
  install(TARGETS pvs_shared EXPORT pvs-targets
          LIBRARY COMPONENT libpvs NAMELINK_COMPONENT libpvs-dev)
  install(TARGETS pvs EXPORT pvs-static-targets ARCHIVE COMPONENT libpvs-dev)
  install(EXPORT pvs-static-targets NAMESPACE pvs:: DESTINATION ${package_dir}
          COMPONENT libpvs-dev)
  set(pc_libs "Libs: -L\${libdir} -lpvs\nLibs.private: -lxxhash -lcsv -lstdc++ -lm")
else()
  install(TARGETS pvs EXPORT pvs-targets ARCHIVE COMPONENT libpvs-dev)
  set(pc_libs "Libs: -L\${libdir} -lpvs -lxxhash -lcsv -lstdc++ -lm")
endif()
install(EXPORT pvs-targets NAMESPACE pvs:: DESTINATION ${package_dir} COMPONENT libpvs-dev)
install(DIRECTORY core/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT libpvs-dev)
install(DIRECTORY examples/embed DESTINATION ${doc_dir}/libpvs-dev/examples COMPONENT libpvs-dev)

if(NOT BUILD_SHARED_LIBS)
  set(PVS_ONLY_STATIC TRUE)
endif()
configure_package_config_file(cmake/pvs-config.cmake.in pvs-config.cmake
  INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(pvs-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/pvs-config.cmake
              ${PROJECT_BINARY_DIR}/pvs-config-version.cmake
              cmake/find_csv.cmake
        DESTINATION ${package_dir} COMPONENT libpvs-dev)

set(pkgconfig_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
file(RELATIVE_PATH pvs_prefix_from_pc /prefix/${pkgconfig_dir} /prefix)
string(REGEX REPLACE "/$" "" pvs_prefix_from_pc "${pvs_prefix_from_pc}")
configure_file(cmake/pvs.pc.in pvs.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/pvs.pc DESTINATION ${pkgconfig_dir} COMPONENT libpvs-dev)

# ---- and away again ----

add_custom_target(uninstall
  COMMAND ${CMAKE_COMMAND} -DBUILD=${PROJECT_BINARY_DIR} -P ${PROJECT_SOURCE_DIR}/cmake/uninstall.cmake
  COMMENT "Uninstall"
  VERBATIM)
