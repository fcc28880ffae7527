# needs: python3 pytest
# form: long
printf 'def add(a, b):\n    return a + b\n' >adding.py
cat >test_adding.py <<'P'
import unittest
from adding import add
class Adding(unittest.TestCase):
    def test_adds(self): self.assertEqual(add(2, 3), 5)
    def test_text(self): self.assertEqual(add('a', 'b'), 'ab')
    @unittest.skip('later')
    def test_later(self): pass
P
printf 'import pytest\nfrom adding import add\n@pytest.mark.parametrize("n", [1, 2])\ndef test_add(n, tmp_path):\n    (tmp_path / "x").write_text("x")\n    assert add(n, 1) == n + 1\n' >test_more.py
python3 -m unittest -v test_adding
pytest -q -p no:cacheprovider test_more.py
