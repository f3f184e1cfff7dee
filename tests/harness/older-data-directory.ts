import { mkdir, readFile, writeFile } from "node:fs/promises"
import { dirname, join, resolve } from "node:path"
import { DatabaseSync, type SQLInputValue } from "node:sqlite"
import { pathToFileURL } from "node:url"
import { hashOf, sha256Hex } from "@alienplatform/core"
import { openCertificateAuthority } from "@alienplatform/provider-local"
import { type Ports, unusedPort } from "./ports.ts"
import type { Sandbox } from "./sandbox.ts"

/**
 * The data directory of a manager of version 0.1 that was killed, recorded. What differs from machine to machine stands in
 * it as `{{name}}`, a number as `{{#name}}`, and what was JSON in a column or a file as `{json}`.
 */
interface Recorded {
  /** When it was recorded, ms since the epoch. */
  recordedAt: number
  deployment: string
  /** An admin's token. */
  token: string
  /** Hosts that have a certificate. */
  hosts: string[]
  schema: string[]
  tables: Record<string, Record<string, SQLInputValue | { json: unknown }>[]>
  /** Files by path relative to the data directory. */
  files: Record<string, string | { json: unknown } | { base64: string }>
}

type Values = ReadonlyMap<string, string | number>

const root = resolve(import.meta.dirname, "../..")

/**
 * Writes a data directory of version 0.1 for this machine: a deployment `mixed` of a Worker `api`, a Container `web`
 * with two replicas and a tcp endpoint, a Daemon with a long name, and a secret variable of all three. Nothing runs
 * yet; the supervisor starts what it finds.
 */
export async function writeOlderDataDirectory(sandbox: Sandbox, ports: Ports): Promise<{ token: string; id: string }> {
  const { home, dataDirectory } = sandbox
  const text = await readFile(join(import.meta.dirname, "data-directory-0.1.json"), "utf8")
  const written: Recorded = JSON.parse(text)
  const values = new Map<string, string | number>([
    ["home", home],
    ["data", dataDirectory],
    ["node", process.execPath],
    ["checkout", root],
    ["checkoutUrl", `${pathToFileURL(root).href}/`],
    ["gatewaySocket", join(home, "run", `${sha256Hex(dataDirectory).slice(0, 16)}-gateway.sock`)],
    ["PATH", process.env.PATH ?? ""],
    ["HOME", process.env.HOME ?? ""],
    ["managerPort", ports.manager],
    ["gatewayPort", ports.gateway],
    ["tcpPort", await unusedPort()],
  ])
  for (const [, name = ""] of text.matchAll(/\{\{#?(port \S+ \d)\}\}/g))
    if (!values.has(name)) values.set(name, await unusedPort())
  await writeCertificates(sandbox, written.hosts, values)
  const recorded = fillIn(written, values, Date.now() - written.recordedAt) as Recorded
  withHashes(recorded)
  await writeFiles(dataDirectory, recorded)
  writeDatabase(join(dataDirectory, "manager.db"), recorded)
  await writeFile(
    join(home, "config", "config.json"),
    JSON.stringify({ manager: `http://127.0.0.1:${ports.manager}`, token: recorded.token }),
    { mode: 0o600 },
  )
  return { token: recorded.token, id: recorded.deployment }
}

/** Makes new certificates, since recorded ones would expire. */
async function writeCertificates(
  { home, dataDirectory }: Sandbox,
  hosts: readonly string[],
  values: Map<string, string | number>,
): Promise<void> {
  const authority = await openCertificateAuthority({ directory: join(home, "data", "ca") })
  values.set("authority", sha256Hex(authority.certificate))
  for (const host of hosts) {
    const { chain, key, notAfter } = await authority.issue({ host })
    const sha256 = sha256Hex(chain)
    values.set(`leaf ${host}`, sha256)
    values.set(`notAfter ${host}`, notAfter)
    await write(join(dataDirectory, "gateway", "certificates", host, `${sha256}.crt`), chain)
    await write(join(dataDirectory, "gateway", "certificates", host, `${sha256}.key`), key)
  }
}

const DAY = 24 * 3_600_000

/** Fills today's values into a recorded value; every time near the recording is moved by `later` ms. */
function fillIn(value: unknown, values: Values, later: number): unknown {
  if (typeof value === "number") return Math.abs(value + later - Date.now()) < DAY ? value + later : value
  if (typeof value === "string") return fillInText(value, values, later)
  if (Array.isArray(value)) return value.map((item) => fillIn(item, values, later))
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, fillIn(member, values, later)]))
}

function fillInText(text: string, values: Values, later: number): string | number {
  const knownValue = (name: string) => {
    const value = values.get(name)
    if (value === undefined) throw new Error(`nothing is known of {{${name}}}`)
    return value
  }
  const [, number] = /^\{\{#([^}]+)\}\}$/.exec(text) ?? []
  if (number !== undefined) return Number(knownValue(number))
  return text
    .replace(/\{\{([^}]+)\}\}/g, (_, name: string) => String(knownValue(name)))
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (time) => new Date(Date.parse(time) + later).toISOString())
}

interface OldProcess {
  type: string
  id: string
  of: string
  props: Record<string, unknown>
}

/** Computes hashes over what was filled in as version 0.1 did. */
function withHashes({ tables, files }: Recorded): void {
  const made = ["artifact", "command", "environment", "ports"]
  for (const { body } of tables.objects ?? []) {
    const row = (body as { json: OldProcess }).json
    if (row.type !== "local.supervisor.Process") continue
    row.of = hashOf([...made, "secrets"].map((name) => row.props[name] ?? null)).slice(0, 32)
    const record = files[`run/${row.id}.json`] as { json: { spec: { fingerprint: string } } }
    record.json.spec.fingerprint = hashOf(made.map((name) => row.props[name]))
  }
}

async function writeFiles(directory: string, { files }: Recorded): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const bytes =
      typeof content === "string"
        ? content
        : "json" in content
          ? JSON.stringify(content.json)
          : Buffer.from(content.base64, "base64")
    await write(join(directory, path), bytes)
  }
}

async function write(file: string, content: string | Buffer): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await writeFile(file, content, { mode: 0o600 })
}

function writeDatabase(file: string, { schema, tables }: Recorded): void {
  const database = new DatabaseSync(file)
  database.exec("pragma journal_mode = wal; pragma foreign_keys = off")
  for (const statement of schema) database.exec(statement)
  for (const [table, rows] of Object.entries(tables)) {
    for (const row of rows) {
      const columns = Object.entries(row).map(([name, value]) => [
        name,
        typeof value === "object" && value !== null && "json" in value ? JSON.stringify(value.json) : value,
      ]) as [string, SQLInputValue][]
      const names = columns.map(([name]) => `"${name}"`).join(", ")
      const places = columns.map(() => "?").join(", ")
      database.prepare(`insert into "${table}" (${names}) values (${places})`).run(...columns.map(([, value]) => value))
    }
  }
  database.close()
}
