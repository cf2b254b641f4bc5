# exit: 1
# normalise: s/m-[0-9a-f]{10}/MACHINE/
pvtune report --results empty
