# libcsv has neither a pkg-config file nor a CMake package. Also used by the installed pvs package.
find_path(PVT_CSV_INCLUDE_DIR csv.h)
find_library(PVT_CSV_LIBRARY csv)
mark_as_advanced(PVT_CSV_INCLUDE_DIR PVT_CSV_LIBRARY)

if(PVT_CSV_INCLUDE_DIR AND PVT_CSV_LIBRARY AND NOT TARGET pvt_csv::csv)
  add_library(pvt_csv::csv UNKNOWN IMPORTED)
  set_target_properties(pvt_csv::csv PROPERTIES
    IMPORTED_LOCATION "${PVT_CSV_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${PVT_CSV_INCLUDE_DIR}")
endif()
