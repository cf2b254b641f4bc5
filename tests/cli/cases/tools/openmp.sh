# An OpenMP program takes its threads from the environment.
# normalise: s/^(exit )[45]$/\1of an answer/; s/^exit 0$/exit of an answer/
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
for program in gcc; do command -v $program >/dev/null || exit 77; done
cat >pi.c <<'C'
#include <stdio.h>
int main(void) {
  double sum = 0;
#pragma omp parallel for reduction(+ : sum)
  for (long i = 0; i < 1000000; i++)
    sum += (i % 2 ? -4.0 : 4.0) / (double)(2 * i + 1);
  printf("%.6f\n", sum);
}
C
gcc -O2 -fopenmp pi.c -o pi 2>/dev/null || exit 77
pvtune tune --quiet -w 1-2 --pins none --rounds 1 --budget 3s --workload cmd:'OMP_NUM_THREADS={threads} ./pi' >table
echo "exit $?"
grep '^outputs' table
ls -d pi 2>/dev/null | sort
true
