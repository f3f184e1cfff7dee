import type { DatabaseSync } from "node:sqlite"
import { problem } from "@alienplatform/core"
import { type Dialect, type Driver, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from "kysely"
import { SqliteConnection } from "./connection.ts"

/**
 * Kysely on node:sqlite: one connection that its users take in turn, so nobody sees what another one's transaction
 * has not committed.
 */
export class NodeSqliteDialect implements Dialect {
  readonly #driver: SqliteDriver

  constructor(database: DatabaseSync, file: string) {
    this.#driver = new SqliteDriver(database, file)
  }

  createDriver = (): Driver => this.#driver
  createQueryCompiler = () => new SqliteQueryCompiler()
  createAdapter = () => new TransactionalDdlAdapter()
  createIntrospector: Dialect["createIntrospector"] = (db) => new SqliteIntrospector(db)

  /** Waits for the query or transaction that runs now. What is asked afterwards fails with `store_unavailable`. */
  close = (): Promise<void> => this.#driver.close()
}

/** SQLite rolls back DDL like anything else; with this the migrator runs all of it in one transaction. */
class TransactionalDdlAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

class SqliteDriver implements Driver {
  readonly #database: DatabaseSync
  readonly #file: string
  readonly #connection: SqliteConnection
  #taken = false
  /** First come, first served. */
  readonly #waiting: (() => void)[] = []

  constructor(database: DatabaseSync, file: string) {
    this.#database = database
    this.#file = file
    this.#connection = new SqliteConnection(database, file)
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<SqliteConnection> {
    await this.#turn()
    if (this.#database.isOpen) return this.#connection
    await this.releaseConnection()
    throw problem("store_unavailable", { message: `database ${this.#file} was closed; open it again` })
  }

  async #turn(): Promise<void> {
    if (this.#taken) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#taken = true
  }

  async releaseConnection(): Promise<void> {
    const next = this.#waiting.shift()
    // Stays taken when handed on, so that nobody comes in between.
    if (next) next()
    else this.#taken = false
  }

  /** Immediate: takes the write lock at once instead of failing halfway when somebody else wrote meanwhile. */
  async beginTransaction(): Promise<void> {
    this.#connection.run("begin immediate")
  }

  async commitTransaction(): Promise<void> {
    this.#connection.run("commit")
  }

  /** SQLite has already rolled back by itself after some errors, a full disk among them. */
  async rollbackTransaction(): Promise<void> {
    if (this.#database.isTransaction) this.#connection.run("rollback")
  }

  async close(): Promise<void> {
    await this.#turn()
    if (this.#database.isOpen) this.#database.close()
    await this.releaseConnection()
  }

  destroy = (): Promise<void> => this.close()
}
