pvtune record --help
