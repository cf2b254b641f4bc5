# The libraries pvtune is built on, each as an imported target. The Debian package is named in the
# message of whatever is missing; ./dev setup installs all of them.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
include(${CMAKE_CURRENT_LIST_DIR}/find_csv.cmake)

function(pvt_require module pkg_config_name debian_package)
  pkg_check_modules(${module} IMPORTED_TARGET ${pkg_config_name})
  if(NOT ${module}_FOUND)
    message(FATAL_ERROR "${pkg_config_name} not found: install ${debian_package} (or run ./dev setup)")
  endif()
endfunction()

pvt_require(XXHASH libxxhash libxxhash-dev)
pvt_require(HWLOC hwloc libhwloc-dev)
pvt_require(JANSSON jansson libjansson-dev)
pvt_require(RMATH libRmath r-mathlib)

if(NOT TARGET pvt_csv::csv)
  message(FATAL_ERROR "libcsv not found: install libcsv-dev (or run ./dev setup)")
endif()
