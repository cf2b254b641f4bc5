# Saved tariffs and time series that nothing is expected for are not checked; what is expected must be there.
mkdir -p e/p/s a/p/s/saved_tariffs a/p/s/timeseries_d
printf 'k,v\n0,1\n' | tee e/p/s/results.csv >a/p/s/results.csv
printf 'k,v\n0,1\n' | tee a/p/s/saved_tariffs/static.csv >a/p/s/timeseries_d/t.csv
try pvtune validate e a
try pvtune validate a e
try pvtune validate e a --all
mkdir -p a/timeseries && printf 'k\n' >a/timeseries/other.csv
try pvtune validate e a
