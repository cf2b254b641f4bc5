# Removes what `cmake --install` has installed (DESTDIR as then), and folders of ours that are empty
# afterwards.
#   cmake -DBUILD=DIR -P cmake/uninstall.cmake
cmake_minimum_required(VERSION 3.25)

file(GLOB manifests ${BUILD}/install_manifest*.txt)
if(NOT manifests)
  message(FATAL_ERROR "nothing to uninstall: ${BUILD} has no install_manifest.txt")
endif()

set(folders)
foreach(manifest ${manifests})
  file(STRINGS ${manifest} paths ENCODING UTF-8)
  foreach(path ${paths})
    set(path "$ENV{DESTDIR}${path}")
    if(EXISTS "${path}" OR IS_SYMLINK "${path}")
      message(STATUS "Removing ${path}")
      file(REMOVE "${path}")
    endif()
    # Every folder above that is named after what we install.
    cmake_path(GET path PARENT_PATH folder)
    while(folder MATCHES "/(pvs|pvtune|libpvs-dev)(/|$)")
      list(APPEND folders "${folder}")
      cmake_path(GET folder PARENT_PATH folder)
    endwhile()
  endforeach()
  file(REMOVE ${manifest})
endforeach()

list(REMOVE_DUPLICATES folders)
list(SORT folders ORDER DESCENDING) # inner ones first
foreach(folder ${folders})
  file(GLOB left "${folder}/*" "${folder}/.*")
  if(IS_DIRECTORY "${folder}" AND NOT left)
    file(REMOVE_RECURSE "${folder}")
  endif()
endforeach()
