// Who may import whom. `core` is the language of the product and knows nothing else; the programs around it never know
// each other; only the helper touches the kernel. build/layering.test.ts sees each rule fail.

/** @typedef {import('dependency-cruiser').IRegularForbiddenRuleType & { name: string, comment: string }} Rule */

const TEST = '\\.test\\.ts$|/testing/'; // unit tests, and what only they share
const NOT_TESTS = { pathNot: [TEST] };

/** Runtime packages that `core` may use: pure, no I/O. */
const PURE_PACKAGES = ['@noble/ed25519', '@noble/hashes', 'canonicalize', 'ipaddr\\.js', 'yaml', 'zod'];

/**
 * Files below `folder` may import, of this repository, only what lies below `allowed`.
 * @param {string} folder @param {readonly string[]} allowed @param {string} comment
 * @returns {Rule}
 */
function layer(folder, allowed, comment) {
  return {
    name: `${folder.replaceAll('/', '-')}-imports`,
    comment,
    severity: 'error',
    from: { path: `^${folder}/` },
    to: {
      pathNot: [...allowed.map((path) => `^${path}/`), '^node_modules/', '^package\\.json$'],
      dependencyTypes: ['local'],
    },
  };
}

/** @type {readonly Rule[]} */
const forbidden = [
  layer('core', ['core'], 'core imports only core.'),
  {
    name: 'core-is-pure',
    comment: 'core does no I/O: no node: module. What needs one is a port that helper, client or cli implement.',
    severity: 'error',
    from: { path: '^core/', ...NOT_TESTS },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'core-packages',
    comment: `core uses only packages that are pure: ${PURE_PACKAGES.join(', ')}.`,
    severity: 'error',
    from: { path: '^core/', ...NOT_TESTS },
    to: { path: '(^|/)node_modules/', pathNot: [`(^|/)node_modules/(${PURE_PACKAGES.join('|')})/`] },
  },
  layer('client', ['client', 'core'], 'client imports only core.'),
  layer('helper', ['helper', 'core', 'native'], 'helper imports core and the addons, no other program.'),
  layer('cli', ['cli', 'client', 'core', 'native/launch'], 'cli imports client, core and the launch addon.'),
  layer('electron', ['electron', 'client', 'core'], 'electron imports client and core.'),
  layer('renderer', ['renderer', 'core'], 'renderer imports core; everything else comes through the preload bridge.'),
  layer(
    'native/kernel',
    ['native/kernel', 'native/build', 'native/locate', 'core'],
    'an addon imports core and the place it lies in.',
  ),
  layer(
    'native/launch',
    ['native/launch', 'native/build', 'native/locate', 'core'],
    'an addon imports core and the place it lies in.',
  ),
  {
    name: 'kernel-addon-is-for-helper',
    comment: 'Only the helper, which is root, loads the kernel addon.',
    severity: 'error',
    from: { pathNot: ['^helper/', '^native/kernel/', '^test/'] },
    to: { path: '^native/(kernel/|build/kernel\\.)' },
  },
  {
    name: 'renderer-has-no-privilege',
    comment: 'The renderer is a web page: no node: module, no electron.',
    severity: 'error',
    from: { path: '^renderer/', ...NOT_TESTS },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'product-needs-no-dev-package',
    comment: 'The installed product has production packages only.',
    severity: 'error',
    from: { path: '^(core|client|helper|cli|native)/', ...NOT_TESTS },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm'] },
  },
  {
    name: 'electron-needs-no-dev-package',
    comment: 'As above; Electron itself is what the app runs on.',
    severity: 'error',
    from: { path: '^electron/', ...NOT_TESTS },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm'], pathNot: ['(^|/)node_modules/electron/'] },
  },
  {
    name: 'no-import-of-tests',
    comment: 'A test is nobody’s library.',
    severity: 'error',
    from: { pathNot: [TEST, '^test/'] },
    to: { path: TEST },
  },
  { name: 'no-cycles', comment: 'No import cycles.', severity: 'error', from: {}, to: { circular: true } },
  {
    name: 'resolvable',
    comment: 'Every import exists and is named in package.json.',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true, pathNot: ['\\.node$'] }, // addons exist once they are built
  },
];

export default {
  forbidden: [...forbidden],
  options: {
    doNotFollow: { path: ['(^|/)node_modules/'] },
    exclude: { path: ['(^|/)\\.cache/', '^test/agents/.*/node_modules/'] },
    tsPreCompilationDeps: true, // type imports count: a type is knowledge too
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
