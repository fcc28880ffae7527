"""Writes a wheel of one module into the folder that is named: what pip installs without a network."""
import base64, hashlib, pathlib, sys, zipfile

DIST = 'greeting-1.0.dist-info'
files = {
    'greeting/__init__.py': 'WORDS = "hello from a wheel"\n',
    'greeting/__main__.py': 'from greeting import WORDS\nprint(WORDS)\n',
    f'{DIST}/METADATA': 'Metadata-Version: 2.1\nName: greeting\nVersion: 1.0\n',
    f'{DIST}/WHEEL': 'Wheel-Version: 1.0\nGenerator: ringfence-tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    f'{DIST}/entry_points.txt': '[console_scripts]\ngreet = greeting.__main__:main\n',
}
digest = lambda text: base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b'=').decode()
record = [f'{name},sha256={digest(text)},{len(text)}' for name, text in files.items()]
files[f'{DIST}/RECORD'] = '\n'.join([*record, f'{DIST}/RECORD,,', ''])
with zipfile.ZipFile(pathlib.Path(sys.argv[1], 'greeting-1.0-py3-none-any.whl'), 'w') as wheel:
    for name, text in files.items():
        wheel.writestr(zipfile.ZipInfo(name), text)
