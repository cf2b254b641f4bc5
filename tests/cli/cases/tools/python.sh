# A pool of Python processes.
# normalise: s/^(exit )[45]$/\1of an answer/; s/^exit 0$/exit of an answer/
export PVTUNE_RESULTS=$PWD/results PVTUNE_LOCK=$PWD/lock
for program in python3; do command -v $program >/dev/null || exit 77; done
cat >squares.py <<'P'
import multiprocessing, sys

def square(n):
    return n * n

if __name__ == "__main__":
    with multiprocessing.Pool(int(sys.argv[1])) as pool:
        print(sum(pool.map(square, range(10000))))
P
python3 -c 'import multiprocessing' 2>/dev/null || exit 77
pvtune tune --quiet -w 1-2 --pins none --rounds 1 --budget 3s --workload cmd:'python3 squares.py {processes}' >table
echo "exit $?"
grep '^outputs' table
ls -d squares.py 2>/dev/null | sort
true
