pvtune validate --help
