import { DatabaseSync } from "node:sqlite"
import { type Condition, type EndpointReport, Stack, Worker } from "@alienplatform/core"
import { systemClock } from "@alienplatform/engine"
import { type NewDeployment, openSqliteStore, type Store } from "@alienplatform/store"

const ENDPOINTS = ["web", "hooks", "admin"]
const SIX_HOURS_MS = 6 * 3600_000

/**
 * Fills a new database with `count` running deployments of one release with three endpoints each, and returns their
 * ids. Every hundredth is made through the store, as the manager does; the others are copies of its rows under other
 * ids and names, written by SQL in one transaction, because one durable commit each would take minutes.
 */
export async function fillDatabase(file: string, count: number): Promise<string[]> {
  const store = await openSqliteStore({ file })
  const templates = Math.ceil(count / 100)
  try {
    await store.installation()
    await store.createRelease({
      id: "rel_bench",
      projectId: "default",
      stack: { local: JSON.parse(JSON.stringify(stack())) },
      draft: false,
      gitMetadata: null,
      baseImage: null,
      createdAt: Date.now(),
    })
    for (let index = 0; index < templates; index += 1) await addRunningDeployment(store, `d${index}`)
  } finally {
    await store.close()
  }
  copy(file, count - templates)
  return [
    ...Array.from({ length: templates }, (_, index) => `dep_d${index}`),
    ...Array.from({ length: count - templates }, (_, index) => `dep_c${index + 1}`),
  ]
}

/** Adds one deployment as a run leaves it behind. */
async function addRunningDeployment(store: Store, name: string): Promise<void> {
  const now = Date.now()
  const deployment: NewDeployment = {
    ...{ id: `dep_${name}`, name, platform: "local", resourcePrefix: `p${name}`, createdWith: name, createdAt: now },
    ...{
      desiredReleaseId: null,
      stackId: null,
      stackSettings: { updates: "auto" },
      environmentVariables: [],
      target: {},
      hold: false,
    },
  }
  await store.createDeployment(deployment, now)
  const claim = await store.claim("bench", now, 60_000)
  if (claim?.lease.deployment !== deployment.id) throw new Error(`${deployment.id} could not be claimed`)
  const rows = ENDPOINTS.map((endpoint, position) => ({
    ...{ resource: "api", endpoint, position },
    report: report(endpoint, name),
  }))
  await store.saveEndpoints(claim.lease, rows)
  await store.report(claim.lease, { status: "running", currentReleaseId: "rel_bench", observedGeneration: 1 }, now)
  await store.finish(claim, now + SIX_HOURS_MS)
}

/** The endpoint's report with one working host, as `judge` makes it. */
function report(endpoint: string, name: string): EndpointReport {
  const host = `${endpoint}-api.${name}.localhost`
  const url = `https://${host}:8443`
  const since = new Date(systemClock.now()).toISOString()
  const settled = { status: "ok", code: null, since, observedGeneration: 1 } as const
  const conditions: Condition[] = [
    { type: "target", message: "what serves it is settled", ...settled },
    { type: "reachable", message: `${host} answered with status 200`, ...settled },
  ]
  const connect = {
    address: "127.0.0.1",
    port: 8443,
    certificateAuthorityFile: "/var/lib/alien/ca/ca.crt",
  }
  return {
    ...{ url, host, protocol: "http", port: 8443, wildcardHost: null, providerUrl: url, customUrl: null },
    ...{ front: "local.gateway", exposure: "internet", scope: "this machine", limits: { requestSeconds: 180 } },
    ...{ state: "ready", conditions, dnsRecords: [], unmanagedHosts: [], everReady: true },
    hosts: [{ host, url, kind: "provider", port: 8443, state: "ready", conditions, connect, everReady: true }],
    certificate: {
      sha256: "20dcc0cf080ca7c2ea3cb56ed234a36cbcf4ea67514d09c3faff8ae00ae46933",
      hosts: [host],
      issuer: "CN=Alien local authority",
      notBefore: since,
      notAfter: since,
    },
  }
}

function stack() {
  const api = ENDPOINTS.reduce(
    (worker, endpoint) => worker.publicEndpoint(endpoint),
    new Worker("api").code({ type: "image", image: "ghcr.io/acme/api:1" }),
  )
  return new Stack("bench").add(api.build(), "live").build()
}

/** Copies rows. Columns are read from the database, so that a copy is as the store would have written it. */
function copy(file: string, copies: number): void {
  const database = new DatabaseSync(file)
  try {
    database.exec("begin")
    const numbered = `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${copies})`
    const templates = Number(database.prepare("select count(*) as found from deployments").get()?.found)
    const from = `from n join source on source.template = 'dep_d' || (n.i % ${templates})`
    for (const [table, key, changed] of [
      ["deployments", "id", { id: "'dep_c' || n.i", name: "'c' || n.i", sequence: `${templates} + n.i` }],
      ["queue", "deployment", { deployment: "'dep_c' || n.i" }],
      ["endpoints", "deployment", { deployment: "'dep_c' || n.i" }],
    ] as const) {
      const columns = database.prepare(`select name from pragma_table_info('${table}')`).all()
      const names = columns.map(({ name }) => String(name))
      const values = names.map((name) => (changed as Record<string, string>)[name] ?? `source.${name}`)
      database.exec(
        `${numbered}, source as (select *, ${key} as template from ${table} where ${key} like 'dep_d%') insert into ${table} (${names.join(", ")}) select ${values.join(", ")} ${from}`,
      )
    }
    database.exec("commit; analyze")
  } finally {
    database.close()
  }
}
