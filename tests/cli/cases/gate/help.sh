pvtune gate --help
