try pvtune clean --help
