'use strict'
/**
 * Preloaded by the build (`node -r`): writes down what a command asks of SQLite and what comes back, so that the same command can be played
 * while the snapshot is made, where no native module can be loaded. RECORD names the file, which holds what was recorded before.
 */
const { existsSync, readFileSync, writeFileSync } = require('node:fs')
const addon = require('better-sqlite3/build/Release/better_sqlite3.node')

const answers = []
const asJson = value => (Buffer.isBuffer(value) ? { base64: value.toString('base64') } : value)
const copied = value => (value === undefined ? null : JSON.parse(JSON.stringify(value, (_, v) => (v?.type === 'Buffer' ? { base64: Buffer.from(v.data).toString('base64') } : asJson(v)))))

function recordedStatement(statement, sql) {
  const noted = (method, value) => {
    answers.push([sql, method, copied(value)])
    return value
  }
  const own = {
    get: (...args) => noted('get', statement.get(...args)),
    all: (...args) => noted('all', statement.all(...args)),
    run: (...args) => noted('run', statement.run(...args)),
    iterate: (...args) => noted('all', [...statement.iterate(...args)]).values(),
  }
  for (const name of ['pluck', 'raw', 'expand', 'bind', 'safeIntegers']) own[name] = (...args) => { statement[name](...args); return own }
  return own
}

class Database {
  constructor(...args) {
    if (!addon.isInitialized) {
      addon.setErrorConstructor(Error)
      addon.isInitialized = true
    }
    this.real = new addon.Database(...args)
  }
  prepare(sql, db, pragma) {
    return recordedStatement(this.real.prepare(sql, db, pragma), sql)
  }
  exec(sql) {
    this.real.exec(sql)
  }
  close() {
    this.real.close()
  }
  get inTransaction() {
    return this.real.inTransaction
  }
  get open() {
    return this.real.open
  }
}
globalThis[Symbol.for('kubottle.driver')] = { Database }

process.once('exit', () => {
  const file = process.env.RECORD
  const before = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { runs: [] }
  before.runs.push({ words: process.argv.slice(2), answers })
  writeFileSync(file, JSON.stringify(before))
})
