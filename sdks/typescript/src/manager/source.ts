import type { Endpoints } from "../binding.ts"
import { merge } from "../merge.ts"
import { resourceKey } from "../names.ts"
import type { BindingSource } from "../source.ts"
import type { Info } from "./info.ts"

/**
 * What the manager tells, over what was injected.
 * @param latest what the manager told last, if anything
 */
export function managerSource(latest: () => Promise<Info | undefined>, injected: BindingSource): BindingSource {
  return {
    async find(id) {
      const info = await latest()
      return merge(info?.get(resourceKey(id)), await injected.find(id))
    },
    async known() {
      const told = [...((await latest())?.values() ?? [])].map(({ id }) => id)
      const keys = new Set(told.map(resourceKey))
      return [...told, ...(await injected.known()).filter((id) => !keys.has(resourceKey(id)))].sort()
    },
    async own() {
      const info = await latest()
      const endpoints = await injected.own()
      const told = info?.get((await keyOfOwner(injected, endpoints)) ?? "")
      return merge(told, { service: told?.service ?? "worker", endpoints })?.endpoints ?? {}
    },
  }
}

/** Which resource a workload is, told by the URLs of its own endpoints: no other resource has them. */
async function keyOfOwner(injected: BindingSource, own: Endpoints): Promise<string | undefined> {
  const urls = new Set(Object.values(own).map(({ url }) => url))
  for (const id of await injected.known()) {
    const binding = await injected.find(id).catch(() => undefined)
    if (Object.values(binding?.endpoints ?? {}).some(({ url }) => urls.has(url))) return resourceKey(id)
  }
  return undefined
}
