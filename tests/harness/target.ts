import type { Journey } from "./journey.ts"

/** The state of a resource's only endpoint, and its condition `target`. */
export async function endpointTarget({ client }: Journey, id: string, resource: string) {
  const endpoints = (await client.info(id)).resources[resource]?.endpoints ?? {}
  const [endpoint] = Object.values(endpoints)
  return { ...endpoint?.conditions.find(({ type }) => type === "target"), state: endpoint?.state }
}
