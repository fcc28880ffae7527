# Life-cycle scripts of the project and of a dependency, and what `npm test` and `npm run` start.
# needs: npm node
# refused: read ~/.npmrc -- it holds tokens of the person; npm goes on without
# form: long
mkdir -p tool app
printf '{ "name": "tool", "version": "1.0.0", "scripts": { "postinstall": "node built.js" } }\n' >tool/package.json
printf 'require("node:fs").writeFileSync("built", "by a script\\n");\n' >tool/built.js
printf 'console.log("prepared", process.env.npm_lifecycle_event);\n' >app/prepare.js
cat >app/package.json <<'J'
{
  "name": "app", "version": "1.0.0", "private": true, "dependencies": { "tool": "file:../tool" },
  "scripts": { "preinstall": "node prepare.js", "build": "node prepare.js && echo built", "test": "node --test" }
}
J
printf 'require("node:test")("adds", () => require("node:assert").equal(1 + 1, 2));\n' >app/add.test.js
cd app
npm install --offline --no-audit --no-fund --install-links=true --foreground-scripts
cat node_modules/tool/built
npm run build
npm test
