import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite"
import type { CompiledQuery, DatabaseConnection, QueryResult } from "kysely"
import { translateError } from "./errors.ts"

/** As many as the store has queries, and room for those whose text varies with the number of rows. */
const MAX_STATEMENTS = 256

/** Runs queries on one open database. Every call is synchronous underneath; the promise is already settled. */
export class SqliteConnection implements DatabaseConnection {
  readonly #database: DatabaseSync
  readonly #file: string
  /** By SQL text, the least recently used first. */
  readonly #statements = new Map<string, Statement>()

  constructor(database: DatabaseSync, file: string) {
    this.#database = database
    this.#file = file
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    try {
      const { statement, reads } = this.#prepare(sql)
      // node:sqlite refuses what it cannot bind (booleans, undefined, objects).
      const values = parameters as SQLInputValue[]
      if (reads) return { rows: statement.all(...values) as R[] }
      const { changes } = statement.run(...values)
      return { rows: [], numAffectedRows: BigInt(changes) }
    } catch (error) {
      throw translateError(this.#file, error)
    }
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery<R>(query)
  }

  /** For statements that neither take parameters nor answer. */
  run(sql: string): void {
    try {
      this.#database.exec(sql)
    } catch (error) {
      throw translateError(this.#file, error)
    }
  }

  #prepare(sql: string): Statement {
    const kept = this.#statements.get(sql)
    if (kept) {
      this.#statements.delete(sql)
      this.#statements.set(sql, kept)
      return kept
    }
    const statement = this.#database.prepare(sql)
    const prepared = { statement, reads: statement.columns().length > 0 }
    this.#statements.set(sql, prepared)
    for (const oldest of this.#statements.keys()) {
      if (this.#statements.size <= MAX_STATEMENTS) break
      this.#statements.delete(oldest)
    }
    return prepared
  }
}

interface Statement {
  statement: StatementSync
  /** It answers with rows: a select, or a write with `returning`. */
  reads: boolean
}
