# needs: npm node
# form: long
# refused: read ~/.npmrc -- it holds tokens of the person; npm goes on without
mkdir -p packages/left/lib app
printf '{ "name": "left", "version": "1.0.0", "main": "lib/left.js", "bin": { "left": "lib/left.js" } }\n' >packages/left/package.json
printf '#!/usr/bin/env node\nmodule.exports = (text) => text.padStart(10);\n' >packages/left/lib/left.js
printf '{ "name": "app", "version": "1.0.0", "private": true, "scripts": { "start": "node index.js" } }\n' >app/package.json
printf 'console.log(require("left")("padded"));\n' >app/index.js
cd app
npm install --offline --no-audit --no-fund --install-links=true --silent ../packages/left
node index.js
ls node_modules node_modules/.bin
