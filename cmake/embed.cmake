# Writes a C file that holds the bytes of files, for a program that carries them with it.
#   cmake -DROOT=DIR -DFILES=a;b/c -DNAME=symbol -DHEADER=header -DOUT=file.c -P cmake/embed.cmake
# It defines NAME, an array of hx_embedded_file that ends with an all-zero one. Lines of Markdown that
# are only a comment (the markers of tests/docs) are left out.
cmake_minimum_required(VERSION 3.25)

set(arrays "")
set(entries "")
set(index 0)
foreach(file ${FILES})
  if(file MATCHES "\\.md$")
    file(READ ${ROOT}/${file} text)
    string(REGEX REPLACE "<!-- [^\n]* -->\n" "" text "${text}")
    file(WRITE ${OUT}.part "${text}")
    file(READ ${OUT}.part bytes HEX)
    file(REMOVE ${OUT}.part)
  else()
    file(READ ${ROOT}/${file} bytes HEX)
  endif()
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
  string(APPEND arrays "static const unsigned char bytes_${index}[] = {${bytes}};\n")
  string(APPEND entries "  {\"${file}\", bytes_${index}, sizeof bytes_${index}},\n")
  math(EXPR index "${index} + 1")
endforeach()
file(WRITE ${OUT} "#include \"${HEADER}\"\n\n${arrays}\nconst hx_embedded_file ${NAME}[] = {\n${entries}  {0}};\n")
