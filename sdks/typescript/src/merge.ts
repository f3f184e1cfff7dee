import type { Binding } from "./binding.ts"
import type { ManagerResource } from "./manager/info.ts"

/**
 * Merges what the manager answered with what was injected. The manager decides which endpoints exist and wins for each
 * whose host it knows; injected values fill in for the others, and for resources that the manager does not know.
 */
export function merge(told: ManagerResource | undefined, injected: Binding | undefined): Binding | undefined {
  if (!told) return injected
  const found = told.declared.map(
    (name) => [name, ownMember(told.endpoints, name) ?? ownMember(injected?.endpoints, name)] as const,
  )
  const endpoints = Object.fromEntries(found.flatMap(([name, endpoint]) => (endpoint ? [[name, endpoint]] : [])))
  const stillServed = Object.values(endpoints).some(({ url }) => url === injected?.publicUrl)
  const publicUrl = told.publicUrl ?? (stillServed ? injected?.publicUrl : undefined)
  return {
    service: told.service,
    ...(publicUrl === undefined ? {} : { publicUrl }),
    endpoints,
    pending: found.flatMap(([name, endpoint]) => (endpoint ? [] : [name])),
  }
}

const ownMember = <T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  record && Object.hasOwn(record, name) ? record[name] : undefined
