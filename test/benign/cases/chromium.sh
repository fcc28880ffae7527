# A page in a headless browser, in the browser's own sandbox and with a home of its own.
# needs: chromium
# form: long
printf '<!doctype html><title>t</title><p id="p">before</p><script>document.getElementById("p").textContent = [1, 2, 3].map((n) => n * n).join();</script>\n' >page.html
HOME=$(mktemp -d) chromium --headless=new --disable-gpu --no-first-run --disable-background-networking --disable-component-update \
  --host-resolver-rules='MAP * ~NOTFOUND' --user-data-dir="$(mktemp -d)" --dump-dom "file://$PWD/page.html" 2>/dev/null
