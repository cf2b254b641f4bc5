# Lines of single commands are left out here: main/help_of_every_command looks at those.
pvtune --help | sed '/^Commands:/,/^$/{/^  /d}'
pvtune help | cmp - <(pvtune -h)
pvtune help | cmp - <(pvtune help --help)
