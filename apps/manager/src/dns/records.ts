import type { DnsRecord } from "@alienplatform/core"
import type { EndpointRow } from "@alienplatform/store"

/** A record and the endpoint that needs it. */
export interface NeededRecord extends DnsRecord {
  resource: string
  endpoint: string
}

/** Of all endpoints, in declared order, as they were last reported. */
export const neededRecords = (rows: readonly EndpointRow[]): NeededRecord[] =>
  rows.flatMap(({ resource, endpoint, report }) =>
    report.dnsRecords.map(({ type, name, value, purpose, status }) => ({
      ...{ resource, endpoint, type, name, value, purpose, status },
    })),
  )

/** One line each: what several endpoints need is created once. */
export function onceEach(records: readonly NeededRecord[]): { record: NeededRecord; endpoints: string[] }[] {
  const found = new Map<string, { record: NeededRecord; endpoints: string[] }>()
  for (const record of records) {
    const key = JSON.stringify([record.type, record.name, record.value, record.status])
    const endpoint = `${record.resource}.${record.endpoint}`
    const known = found.get(key)
    if (known) known.endpoints.push(endpoint)
    else found.set(key, { record, endpoints: [endpoint] })
  }
  return [...found.values()]
}
