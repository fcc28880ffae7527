# A virtual environment with pip, a package from a local wheel, and a module of it that is run.
# needs: python3
# form: long
# refused: read /etc -- pip looks which distribution this is
# refused: read /etc/xdg/pip/pip.conf -- may hold the token of a registry; pip goes without
# refused: read /etc/pip.conf -- may hold the token of a registry; pip goes without
python3 -m venv .venv
. .venv/bin/activate
python -m pip install --no-index --no-cache-dir --disable-pip-version-check "../.wheels/greeting-1.0-py3-none-any.whl"
python -m greeting
python -m pip list --disable-pip-version-check --format=freeze
python -m pip uninstall --yes greeting
