#!/usr/bin/env bash
# Repositories of every kind: compare, gate, record and history --bisect on each, with their exit
# codes, and JUnit reports that are valid by junit.xsd. Needs git and xmllint; as root also a
# repository of somebody else and a full disk.
#   tests/live/repositories.sh [BUILD] [KIND...]
# shellcheck source=SCRIPTDIR/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
command -v xmllint >/dev/null || { echo "xmllint is missing: apt-get install libxml2-utils" >&2; exit 2; }
schema=$root/tests/live/junit.xsd
export HOME=$work/home XDG_CACHE_HOME=$work/cache GIT_CONFIG_NOSYSTEM=1
mkdir "$HOME"
git config --global user.name tester
git config --global user.email tester@example.org
git config --global init.defaultBranch main
git config --global protocol.file.allow always
passed=0 failed=0 build_command='cp source prog' program='cmd:sh prog'

# expect CODE NAME COMMAND...: runs it and looks at its exit code; leaves what it said in $work/said
expect() {
  local code=$1 name=$2 status=0
  shift 2
  "$@" >"$work/said" 2>&1 || status=$?
  if [ $status = "$code" ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "$kind: $name: exit $status, expected $code"
    sed 's/^/    /' "$work/said" | tail -n 12
  fi
}

# says TEXT: the command before said so
says() {
  if grep -qF -- "$1" "$work/said"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "$kind: not said: $1"
    sed 's/^/    /' "$work/said" | tail -n 12
  fi
}

valid() { expect 0 "valid JUnit" xmllint --noout --schema "$schema" "$1"; }

# commit SECONDS: a commit whose program takes so long
commit() { echo "sleep $1" >source && git add -A && git commit -q -m "takes $1 s" --allow-empty; }

# three_commits: the last is slower
three_commits() { commit 0.01 && commit 0.010 && commit 0.03; }

compared() { "$pvtune" "$@" --build "$build_command" --workload "$program" --no-lock -q; }

# all_four [COMPARE GATE RECORD BISECT]: their exit codes
all_four() {
  local junit=$work/speed.xml
  expect "${1:-4}" compare compared compare rev:HEAD~1 rev:HEAD
  expect "${2:-4}" gate compared gate --against HEAD~1 --junit "$junit"
  valid "$junit"
  expect "${3:-0}" record compared record --blocks 6 HEAD~1 HEAD
  expect "${4:-4}" bisect compared history --bisect --good HEAD~1
  expect 0 "worktree list" test "$(git worktree list | wc -l)" -eq "${worktrees:-1}"
}

begin() { rm -rf "${work:?}/${1:?}" && mkdir -p "$work/$1/repo" && cd "$work/$1/repo" && git init -q "${@:2}"; }

kind_plain() { begin plain && three_commits && all_four; }

kind_submodule() {
  begin submodule && cd .. && git init -q part && cd part && echo 'sleep 0.01' >source && git add . && git commit -q -m part
  cd ../repo && git submodule --quiet add ../part part && git commit -q -m one && git commit -q --allow-empty -m two
  (cd part && echo 'sleep 0.03' >source && git commit -qam slower) && git add part && git commit -q -m three
  build_command='cp part/source prog' all_four
  git config --global submodule.recurse true
  rm -rf "$XDG_CACHE_HOME"
  build_command='cp part/source prog' expect 4 "submodule.recurse" compared compare rev:HEAD~1 rev:HEAD
  git config --global --unset submodule.recurse
}

kind_lfs() {
  begin lfs
  printf '*.bin filter=lfs\n' >.gitattributes
  printf 'version https://git-lfs.github.com/spec/v1\noid sha256:%064d\nsize 9\n' 7 >data.bin
  three_commits
  git config filter.lfs.smudge false && git config filter.lfs.required true
  expect 4 compare "$pvtune" compare rev:HEAD~1 rev:HEAD --build "$build_command" --workload "$program" --no-lock
  says "Git LFS file"
  git config --global filter.lfs.smudge false && git config --global filter.lfs.required true
  rm -rf "$XDG_CACHE_HOME"
  all_four
  git config --global --remove-section filter.lfs
}

kind_shallow() {
  begin shallow && three_commits && cd .. && git clone -q --depth 2 "file://$PWD/repo" clone && cd clone && all_four
  expect 2 "beyond the depth" compared compare rev:HEAD~2 rev:HEAD
  says "shallow"
}

kind_sha256() { begin sha256 --object-format=sha256 && three_commits && all_four; }

kind_spaces() {
  mkdir -p "$work/with spaces 'and' \"quotes\"" && cd "$work/with spaces 'and' \"quotes\"" && git init -q . &&
    mkdir "a folder" && echo x >"a folder/a file" && three_commits && all_four
}

kind_names() {
  begin names && echo x >$'na\xefve \x01' && mkdir $'\xff' && echo y >$'\xff/\n' && three_commits && all_four
}

kind_blobless() {
  begin blobless && git config uploadpack.allowFilter true && git config uploadpack.allowAnySHA1InWant true
  head -c 300000 /dev/urandom >big && git add big && three_commits && git rm -q --cached big && git commit -q -m "without big"
  git reset -q --soft HEAD~1 && git commit -q --amend -m "takes 0.03 s"
  cd .. && git clone -q --no-checkout --filter=blob:none "file://$PWD/repo" clone && cd clone && all_four
}

# The build changes tracked files; the program keeps a cache beside itself that slows later runs down.
kind_writes() {
  begin writes && echo 1 >count && three_commits
  local program_text='[ -e kept ] \&\& sleep 0.1; mkdir -p kept \&\& echo >kept/x; chmod a-w kept; '
  build_command="echo 2 >count; sed \"1s|^|$program_text|\" source >prog && chmod -R a-w .; [ -s prog ]" \
    expect 0 "gate of the same revision" compared gate --against HEAD --outputs ignore
  build_command="echo 2 >count; sed \"1s|^|$program_text|\" source >prog" \
    expect 0 "gate of the same revision, again" compared gate --against HEAD~1 --head HEAD~1 --outputs ignore
  build_command='echo 2 >count; cp source prog' all_four
}

kind_network() {
  begin network && commit 0.01 && commit 0.010 && echo 'exit 7 # curl http://nowhere.invalid' >fetch && commit 0.03
  build_command='if [ -e fetch ]; then head -c 9000 /dev/zero; printf "could not resolve host: nowhere.invalid\n"; sh fetch || exit; fi; cp source prog' \
    all_four 1 1 0 1
  grep -q 'could not resolve host' "$work/speed.xml" || { failed=$((failed + 1)); echo "network: the report does not say why"; }
}

kind_renamed() {
  begin renamed && three_commits && git mv source start && git commit -q -m renamed
  build_command=true program='cmd:sh source' all_four 0 0 0 1
  build_command=true program='cmd:sh source' expect 1 "removed fails" compared gate --against HEAD~1 --on-removed fail --junit "$work/speed.xml"
  valid "$work/speed.xml"
}

# ---- whatever else a person's repository may be like ----

kind_states() {
  begin states && three_commits && echo 'sleep 1' >source && echo new >untracked
  all_four
  expect 0 "still dirty" test "$(git status --porcelain | wc -l)" = 2
  git stash -q -u && git checkout -q --detach && all_four
  git worktree add -q ../linked HEAD && cd ../linked && worktrees=2 all_four
}

kind_settings() {
  mkdir -p "$work/hooks" "$work/template/hooks"
  # shellcheck disable=SC2016 # $PWD is of the hook
  printf '#!/bin/sh\ncase $PWD in "%s"/*) echo "sleep 1" >source ;; *) pwd >>"%s/elsewhere" ;; esac; exit 1\n' "$work" "$work" |
    tee "$work/hooks/post-checkout" >"$work/template/hooks/post-checkout"
  chmod +x "$work/hooks/post-checkout" "$work/template/hooks/post-checkout"
  begin settings && three_commits
  git config --global core.hooksPath "$work/hooks"
  git config --global init.templateDir "$work/template"
  git config --global core.fsmonitor "$work/hooks/post-checkout"
  git config --global checkout.defaultRemote nowhere
  git config --global core.autocrlf true
  git config --global core.attributesFile "$work/attributes"
  echo '* text eol=crlf' >"$work/attributes"
  all_four
  expect 1 "hooks run in the checkout of pvtune itself" cat "$work/elsewhere"
  git config --global --remove-section core
  git config --global --remove-section init
  git config --global --remove-section checkout
}

kind_foreign() {
  [ "$(id -u)" = 0 ] || return 0
  begin foreign && three_commits && chown -R 12345 .
  expect 2 "somebody else's" compared compare rev:HEAD~1 rev:HEAD
  says safe.directory
}

kind_interrupted() {
  begin interrupted && three_commits
  build_command='sleep 9; cp source prog' expect 130 "record in the middle of a build" timeout --preserve-status -s INT 1 \
    "$pvtune" record --build 'sleep 9; cp source prog' --workload "$program" --no-lock -q
  expect 0 "nothing left half-built" compared record --blocks 6
}

kind_full() {
  [ "$(id -u)" = 0 ] || return 0
  mkdir -p "$work/small" && mount -t tmpfs -o size=300k tmpfs "$work/small" 2>/dev/null || return 0
  begin full && head -c 500000 /dev/urandom >big && three_commits
  XDG_CACHE_HOME=$work/small expect 1 "a full disk" compared gate --against HEAD~1 --junit "$work/speed.xml"
  says "$work/small"
  says "No space left"
  umount "$work/small"
  valid "$work/speed.xml"
}

kinds=("${@:2}")
[ ${#kinds[@]} -gt 0 ] || kinds=(plain submodule lfs shallow sha256 spaces names blobless writes network renamed states settings
  foreign interrupted full)
for kind in "${kinds[@]}"; do
  export PVTUNE_RESULTS=$work/results.$kind
  "kind_$kind"
done
chmod -R u+w "$work"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
