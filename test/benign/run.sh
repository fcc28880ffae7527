#!/bin/sh
# Runs every case in a directory of its own below the workspace and keeps what it printed, how it ended and when.
# Usage: run.sh WORKSPACE; the cases lie in WORKSPACE/.cases. Status 77: a program that the case needs is not there.
cd "$1" || exit 1
mkdir -p .results
for case in .cases/*.sh; do
  name=$(basename "$case" .sh)
  mkdir "$name"
  missing=
  for program in $(sed -n 's/^# needs: //p' "$case"); do
    command -v "$program" >/dev/null || missing=$program
  done
  if [ -n "$missing" ]; then
    echo 77 >".results/$name.status"
    echo "$missing" >".results/$name.out"
    continue
  fi
  from=$(date +%s%N)
  (cd "$name" && exec sh "../$case") </dev/null >".results/$name.out" 2>".results/$name.err"
  echo $? >".results/$name.status"
  to=$(date +%s%N)
  echo "$from $to" >".results/$name.time"
  echo "$name: $(((to - from) / 1000000)) ms"
done
