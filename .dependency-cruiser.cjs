// Which layer may import which: STYLE's table, lowest first. An import that is not allowed here is an error, types included.
const LAYERS = {
  base: [],
  cel: ['base'],
  kinds: ['base', 'cel'],
  client: ['base', 'kinds'],
  store: ['base'],
  apiserver: ['base', 'cel', 'kinds', 'client', 'store'],
  controllers: ['base', 'cel', 'kinds', 'client'],
  scheduler: ['base', 'kinds', 'client'],
  network: ['base', 'kinds', 'client'],
  runtime: ['base', 'kinds', 'client', 'network'],
  kubelet: ['base', 'kinds', 'client', 'network', 'runtime'],
  why: ['base', 'kinds', 'client', 'network', 'runtime', 'kubelet', 'scheduler'],
  cluster: ['base', 'cel', 'kinds', 'client', 'store', 'apiserver', 'controllers', 'scheduler', 'network', 'runtime', 'kubelet', 'why'],
  http: ['base', 'kinds', 'client', 'apiserver'],
  kustomize: ['base'],
  cli: ['base', 'kinds', 'client', 'kustomize'],
}
const allowed = Object.entries(LAYERS).map(([layer, below]) => ({
  name: `src/${layer} imports ${below.join(', ') || 'nothing'}`,
  severity: 'error',
  from: { path: `^src/${layer}/`, pathNot: '\\.test(ing)?\\.ts$' },
  to: { path: '^(src|commands|bin|test)/', pathNot: `^src/(${[layer, ...below].join('|')})/` },
}))

module.exports = {
  forbidden: [
    { name: 'no cycles', severity: 'error', from: {}, to: { circular: true } },
    ...allowed,
    { name: 'commands imports cli', severity: 'error', from: { path: '^commands/' }, to: { path: '^(src|bin|test)/', pathNot: '^src/(cli|base|kinds|client)/' } },
    { name: 'oclif lives in commands and bin', severity: 'error', from: { pathNot: '^(commands|bin)/' }, to: { path: 'node_modules/@oclif/' } },
    { name: 'SQL lives in the store', severity: 'error', from: { path: '^src/', pathNot: '^src/store/' }, to: { path: 'node_modules/better-sqlite3/' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.json'] },
  },
}
