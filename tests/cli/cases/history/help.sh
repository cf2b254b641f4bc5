pvtune history --help
