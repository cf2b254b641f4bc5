# The libraries pvtune is built on, each as an imported target. What is missing is named with its
# Debian package; ./dev setup installs all of them.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

function(pvt_fail_missing library debian_package)
  message(FATAL_ERROR "${library} not found: install ${debian_package} (or run ./dev setup)")
endfunction()

# A macro: the imported target's variables belong to the including scope.
macro(pvt_require module pkg_config_name debian_package)
  pkg_check_modules(${module} IMPORTED_TARGET ${pkg_config_name})
  if(NOT ${module}_FOUND)
    pvt_fail_missing(${pkg_config_name} ${debian_package})
  endif()
endmacro()

pvt_require(XXHASH libxxhash libxxhash-dev)
pvt_require(HWLOC hwloc libhwloc-dev)
pvt_require(JANSSON jansson libjansson-dev)

include(${CMAKE_CURRENT_LIST_DIR}/find_csv.cmake)
if(NOT TARGET pvt_csv::csv)
  pvt_fail_missing(libcsv libcsv-dev)
endif()

# Not through pkg-config: Debian's libRmath.pc names an include folder that does not exist.
find_path(PVT_RMATH_INCLUDE_DIR Rmath.h)
find_library(PVT_RMATH_LIBRARY Rmath)
mark_as_advanced(PVT_RMATH_INCLUDE_DIR PVT_RMATH_LIBRARY)
if(NOT PVT_RMATH_INCLUDE_DIR OR NOT PVT_RMATH_LIBRARY)
  pvt_fail_missing(libRmath r-mathlib)
endif()
add_library(pvt_rmath::rmath UNKNOWN IMPORTED)
set_target_properties(pvt_rmath::rmath PROPERTIES
  IMPORTED_LOCATION "${PVT_RMATH_LIBRARY}"
  INTERFACE_INCLUDE_DIRECTORIES "${PVT_RMATH_INCLUDE_DIR}"
  INTERFACE_COMPILE_DEFINITIONS MATHLIB_STANDALONE)
