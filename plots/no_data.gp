# The picture of a table without rows: says what is missing (NOTHING), then ends gnuplot.
unset border
unset tics
unset grid
set label 1004 "no data" at screen 0.5, screen 0.55 center font bold(18) textcolor rgb MUTED
set label 1005 NOTHING at screen 0.5, screen 0.43 center font font(12) textcolor rgb MUTED
set xrange [0:1]
set yrange [0:1]
plot -1 notitle
unset output
exit gnuplot
