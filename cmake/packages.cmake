# Debian packages: ./dev package, or cmake --preset package, --build and cpack --preset package.
set(PVTUNE_MAINTAINER "The pvtune authors <pvtune@example.org>" CACHE STRING
    "Who stands behind the packages, as `Name <address>`")
set(release 1)
set(soversion ${PROJECT_VERSION_MAJOR})
set(full_version ${PROJECT_VERSION}-${release})
string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC) # or of SOURCE_DATE_EPOCH
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/debian/changelog @ONLY CONTENT
"pvtune (@full_version@) unstable; urgency=medium

  * Built with ./dev package. What is new is in CHANGELOG.md of the sources.

 -- @PVTUNE_MAINTAINER@  @date@
")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME pvtune)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT ${PVTUNE_MAINTAINER})
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/packages)
set(CPACK_COMPONENTS_ALL pvtune libpvs libpvs-dev)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/debian/prepare.cmake)
set(CPACK_PVTUNE_DEBIAN ${PROJECT_SOURCE_DIR}/cmake/debian ${PROJECT_BINARY_DIR}/debian)
set(CPACK_PVTUNE_SOVERSION ${soversion})

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE ${release})
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

# One synopsis per package, instead of the project's in front of each.
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY OFF)
set(about
"pvtune simulates apartment buildings with PV, batteries and electricity
tariffs, thousands of scenarios at a time. Outputs are the same bytes at any
number of workers.
")

set(CPACK_DEBIAN_PVTUNE_PACKAGE_NAME pvtune)
set(CPACK_DEBIAN_PVTUNE_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PVTUNE_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PVTUNE_PACKAGE_RECOMMENDS "gnuplot-nox | gnuplot")
set(CPACK_DEBIAN_PVTUNE_PACKAGE_SUGGESTS "git, cmake, gcc, g++")
set(CPACK_DEBIAN_PVTUNE_DESCRIPTION "apartment-building PV studies, tuned to the machine
${about}
It finds by measurement how to run them, or any other program, fastest on
this machine, and guards that speed from commit to commit.")

set(CPACK_DEBIAN_LIBPVS_PACKAGE_NAME libpvs${soversion})
set(CPACK_DEBIAN_LIBPVS_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_LIBPVS_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_LIBPVS_PACKAGE_CONTROL_EXTRA ${PROJECT_SOURCE_DIR}/cmake/debian/triggers)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON) # where there is a shared library
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")
set(CPACK_DEBIAN_LIBPVS_DESCRIPTION "apartment-building PV studies, shared library
${about}
This package holds the model as a library for C and C++.")

# libpvs.a has one C++ file.
string(REGEX MATCH "^[0-9]+" gcc_major "${CMAKE_CXX_COMPILER_VERSION}")
set(CPACK_DEBIAN_LIBPVS-DEV_PACKAGE_NAME libpvs-dev)
set(CPACK_DEBIAN_LIBPVS-DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_LIBPVS-DEV_PACKAGE_DEPENDS
    "libpvs${soversion} (= ${full_version}), libcsv-dev, libxxhash-dev, libstdc++-${gcc_major}-dev")
set(CPACK_DEBIAN_LIBPVS-DEV_DESCRIPTION "apartment-building PV studies, development files
${about}
This package holds the header, the static library, what pkg-config and CMake
need to find them, and an example.")

include(CPack)
