# What programs put where temporary files belong.
# needs: python3
file=$(mktemp) && echo content >"$file" && cat "$file" && rm "$file"
folder=$(mktemp -d) && (cd "$folder" && echo in >a && mv a b && mkdir c && cat b) && rm -r "$folder"
seq 1 20000 | sort -R -S 64k --random-source=/dev/zero | sort -n -S 64k | tail -n 1
python3 -c '
import tempfile, os
with tempfile.TemporaryFile() as f: f.write(b"x"); print(f.tell())
with tempfile.NamedTemporaryFile() as f: print(os.path.exists(f.name))
'
bash -c 'cat <<<"$(head -c 100000 /dev/zero | tr "\0" x)" | wc -c'
