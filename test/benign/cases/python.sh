# needs: python3
printf 'def total(values):\n    return sum(values)\n' >numbers_of.py
cat >main.py <<'P'
import json, os, pathlib, subprocess, tempfile
from numbers_of import total
pathlib.Path('data.json').write_text(json.dumps({'total': total(range(10))}))
print(json.loads(pathlib.Path('data.json').read_text()))
with tempfile.NamedTemporaryFile(dir='.') as handle:
    handle.write(b'temporary')
with tempfile.TemporaryDirectory() as directory:
    pathlib.Path(directory, 'x').write_text('x')
print(subprocess.run(['sh', '-c', 'echo child'], capture_output=True, text=True).stdout.strip())
os.rename('data.json', 'renamed.json')
P
python3 main.py
