# A page in a headless browser, in the browser's own sandbox and with a home of its own.
# needs: chromium
# form: long
# asks: connect 2001:4860:4860::8888:443 -- it looks whether this machine has a way to the internet
# refused: read /etc -- it watches for changes of the name servers
# refused: read /sys/devices/virtual/dmi/id/sys_vendor -- what machine it runs on
# refused: read /sys/devices/virtual/dmi/id/product_name -- what machine it runs on
# refused: read /sys/bus -- it looks for devices
# refused: read /sys/class -- it looks for devices
printf '<!doctype html><title>t</title><p id="p">before</p><script>document.getElementById("p").textContent = [1, 2, 3].map((n) => n * n).join();</script>\n' >page.html
HOME=$(mktemp -d) chromium --headless=new --disable-gpu --no-first-run --disable-background-networking --disable-component-update \
  --host-resolver-rules='MAP * ~NOTFOUND' --user-data-dir="$(mktemp -d)" --dump-dom "file://$PWD/page.html" 2>/dev/null
