# Background jobs, signals between one's own processes, traps, time limits.
trap 'echo caught' USR1
for n in 1 2 3; do (sleep "0.$n"; echo "job $n" >"out$n") & done
wait && cat out1 out2 out3
(sleep 0.2; kill -USR1 $$) & wait; wait
sleep 60 & kill $!; wait $!; echo "status $?"
timeout 0.2 sleep 60; echo "status $?"
nohup sh -c 'echo from nohup' 2>/dev/null
setsid --wait sh -c 'echo of its own session'
bash -c 'sleep 0.1 & jobs | wc -l; coproc cat; echo through >&"${COPROC[1]}"; exec {COPROC[1]}>&-; cat <&"${COPROC[0]}"'
mkfifo pipe && (echo through a pipe >pipe &) && cat pipe
