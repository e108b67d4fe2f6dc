/** The tables of a cluster file and how older files become current ones. */
import type { Database } from 'better-sqlite3'

/** `kubt`: tells a cluster file from any other SQLite database. */
export const APPLICATION_ID = 0x6b756274

/** One entry per schema version; a file of version n gets the entries from n on. Never edit one that was released: add one. */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  -- The log and every object's JSON, once. type: 0 ADDED, 1 MODIFIED, 2 DELETED. prev: the revision that this one replaced.
  CREATE TABLE revisions (rv INTEGER PRIMARY KEY, key TEXT NOT NULL, type INTEGER NOT NULL, prev INTEGER, body TEXT NOT NULL, managed TEXT);
  CREATE TABLE objects (key TEXT PRIMARY KEY, rv INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE entries (name TEXT NOT NULL, value TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (name, value, key)) WITHOUT ROWID;
  CREATE TABLE totals (name TEXT NOT NULL, key TEXT NOT NULL, amounts TEXT NOT NULL, PRIMARY KEY (name, key)) WITHOUT ROWID;
  CREATE TABLE memory (component TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (component, key)) WITHOUT ROWID;
  CREATE TABLE timers (controller TEXT NOT NULL, key TEXT NOT NULL, due REAL NOT NULL, PRIMARY KEY (controller, key)) WITHOUT ROWID;
  CREATE INDEX timers_due ON timers (due, controller, key);
  -- How often a name was drawn or an object of this name has lived: makes draws differ that would otherwise be alike.
  CREATE TABLE counters (name TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
  -- Owned field sets, each text once: a thousand pods of one template share one.
  CREATE TABLE fieldsets (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
  -- What containers leave: files of volumes by path, logs in pieces, programs as JSON.
  CREATE TABLE volumes (id TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE files (volume TEXT NOT NULL, path TEXT NOT NULL, type TEXT NOT NULL, mode INTEGER NOT NULL, uid INTEGER NOT NULL, gid INTEGER NOT NULL, mtime REAL NOT NULL, opaque INTEGER NOT NULL, content BLOB, PRIMARY KEY (volume, path)) WITHOUT ROWID;
  CREATE TABLE logs (seq INTEGER PRIMARY KEY, container TEXT NOT NULL, time REAL NOT NULL, stream INTEGER NOT NULL, bytes INTEGER NOT NULL, text TEXT NOT NULL);
  CREATE INDEX logs_container ON logs (container, seq);
  CREATE TABLE programs (container TEXT NOT NULL, key TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (container, key)) WITHOUT ROWID;
  `,
  // Entries are filed at random all over their index: they name an object and their index by number, so that few pages change.
  `
  -- With a row's number, because one of the values is long: a search among the names passes it by.
  ALTER TABLE meta RENAME TO old_meta;
  CREATE TABLE meta (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, value TEXT NOT NULL);
  INSERT INTO meta (name, value) SELECT name, value FROM old_meta;
  DROP TABLE old_meta;
  ALTER TABLE objects RENAME TO old_objects;
  ALTER TABLE entries RENAME TO old_entries;
  -- id: the revision that made the object.
  CREATE TABLE objects (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, rv INTEGER NOT NULL);
  CREATE TABLE entry_names (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE entries (name INTEGER NOT NULL, value TEXT NOT NULL, object INTEGER NOT NULL, PRIMARY KEY (name, value, object)) WITHOUT ROWID;
  INSERT INTO objects (id, key, rv) SELECT rv, key, rv FROM old_objects;
  INSERT INTO entry_names (name) SELECT DISTINCT name FROM old_entries WHERE name <> '/pods/ip' UNION VALUES ('/nodes/range');
  INSERT INTO entries (name, value, object) SELECT n.id, e.value, o.id FROM old_entries e JOIN entry_names n ON n.name = e.name JOIN objects o ON o.key = e.key;
  -- A pod's address is looked for on the node whose range it lies in.
  INSERT INTO entries (name, value, object) SELECT n.id, coalesce(r.body ->> '$.spec.podCIDR', ''), o.id FROM objects o JOIN revisions r ON r.rv = o.rv, entry_names n WHERE o.key >= '/nodes/' AND o.key < '/nodes0' AND n.name = '/nodes/range';
  DROP TABLE old_objects;
  DROP TABLE old_entries;
  `,
]

export const SCHEMA_VERSION = MIGRATIONS.length

/** The file cannot be used as a cluster; the message is for a person. */
export class StoreError extends Error {
  /** `damaged`: what is in the file cannot be trusted, so nothing of it is shown. */
  constructor(
    message: string,
    readonly damaged = false,
  ) {
    super(message)
    this.name = 'StoreError'
  }
}

/** Brings an opened database to the current schema, or says why it cannot; an empty one only where one is to be made. */
export function migrate(db: Database, path: string, create: boolean): void {
  const version = db.pragma('user_version', { simple: true }) as number
  if (version === SCHEMA_VERSION && db.pragma('application_id', { simple: true }) === APPLICATION_ID) return
  const empty = version === 0 && db.prepare('SELECT count(*) FROM sqlite_master').pluck().get() === 0
  if (!empty && db.pragma('application_id', { simple: true }) !== APPLICATION_ID)
    throw new StoreError(`${path} is a SQLite database, but not a kubottle cluster`)
  if (empty && !create) throw new StoreError(`${path} is empty, not a kubottle cluster; remove it, and "kubottle init" makes one`)
  if (version > SCHEMA_VERSION) throw new StoreError(`${path} was written by a newer kubottle (schema ${version}, this one knows ${SCHEMA_VERSION})`)
  // A row of the log is two or three kilobytes: a page of the usual four holds one.
  if (empty) db.pragma('page_size = 8192')
  db.pragma('journal_mode = WAL')
  const upgrade = db.transaction(() => {
    // Another process may have done it while this one waited for the lock.
    const now = db.pragma('user_version', { simple: true }) as number
    for (const step of MIGRATIONS.slice(now)) db.exec(step)
    db.pragma(`application_id = ${APPLICATION_ID}`)
    db.pragma(`user_version = ${SCHEMA_VERSION}`)
  })
  upgrade.exclusive()
}
