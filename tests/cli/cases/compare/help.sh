pvtune compare --help
