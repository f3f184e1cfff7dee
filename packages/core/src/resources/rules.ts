import type { Found } from "../validation/check.ts"
import { isObject } from "../validation/plain.ts"
import { shownValue } from "../validation/seen.ts"
import { parseCpu, parseMemoryMiB } from "./size.ts"

type Loose = Record<string, unknown>

const objects = (value: unknown): { index: number; item: Loose }[] =>
  Array.isArray(value) ? value.flatMap((item, index) => (isObject(item) ? [{ index, item }] : [])) : []

/**
 * Checks rules between members of one resource. Works on the value as it was given, so that these mistakes are reported
 * together with those that the schema finds.
 */
export function resourceRules(config: unknown): Found[] {
  if (!isObject(config)) return []
  return [
    ...endpointRules(config),
    ...ingressRules(config),
    ...functionRules(config),
    ...portRules(config),
    ...sizeRules(config),
  ]
}

function endpointRules(config: Loose): Found[] {
  const found: Found[] = []
  const names = new Set<unknown>()
  const labels = new Set<unknown>()
  for (const { index, item } of objects(config.publicEndpoints)) {
    const at = (member: string) => ["publicEndpoints", index, member]
    if (item.name !== undefined && names.has(item.name))
      found.push({
        path: at("name"),
        code: "endpoint_name_taken",
        message: `an endpoint of this resource is already named ${shownValue(item.name)}; give this one another name`,
      })
    names.add(item.name)
    if (item.hostLabel === "@" && item.wildcardSubdomains === true)
      found.push({
        path: at("wildcardSubdomains"),
        code: "apex_wildcard",
        message: "the apex (@) cannot have wildcard subdomains; choose a host label",
      })
    const shareable = item.protocol === "tcp" && item.hostLabel !== "@"
    if (item.hostLabel !== undefined && !shareable && labels.has(item.hostLabel))
      found.push({
        path: at("hostLabel"),
        code: "host_label_taken",
        message: `an endpoint of this resource already has the host label ${shownValue(item.hostLabel)}; choose another`,
      })
    if (!shareable) labels.add(item.hostLabel)
  }
  return found
}

/**
 * Refuses `ingress: "private"` beside public endpoints; older builders write it for every Worker and Function without
 * any.
 */
const ingressRules = ({ ingress, publicEndpoints }: Loose): Found[] =>
  ingress === "private" && objects(publicEndpoints).length > 0
    ? [
        {
          path: ["ingress"],
          code: "not_supported",
          message: `ingress "private" and public endpoints exclude each other; leave ingress out`,
        },
      ]
    : []

function functionRules({ type, publicEndpoints }: Loose): Found[] {
  if (type !== "function") return []
  return objects(publicEndpoints).flatMap(({ index, item }) =>
    index === 0 && (item.name === "default" || item.name === undefined)
      ? []
      : [
          {
            path: ["publicEndpoints", index],
            code: "function_endpoint",
            message: `a Function has no endpoint but "default"; declare a Worker to have ${shownValue(item.name)}`,
          },
        ],
  )
}

function portRules(config: Loose): Found[] {
  const found: Found[] = []
  const protocols = new Map<unknown, unknown>()
  for (const { index, item } of objects(config.publicEndpoints)) {
    if (item.port === undefined) continue
    const protocol = item.protocol ?? "http"
    const other = protocols.get(item.port) ?? protocol
    if (other !== protocol)
      found.push({
        path: ["publicEndpoints", index, "port"],
        code: "port_shared",
        message: `port ${shownValue(item.port)} already serves an endpoint by ${other}; http and tcp cannot share a port`,
      })
    protocols.set(item.port, other)
  }
  const ports = objects(config.ports)
  for (const { index, item } of ports)
    if (ports.some((earlier) => earlier.index < index && earlier.item.port === item.port))
      found.push({
        path: ["ports", index, "port"],
        code: "port_taken",
        message: `port ${shownValue(item.port)} is listed twice`,
      })
  const check = config.healthCheck
  if (isObject(check) && check.port === undefined && protocols.size === 0 && ports.length === 0)
    found.push({
      path: ["healthCheck", "port"],
      code: "health_check_without_port",
      message: "there is no port to check; give healthCheck a port or declare one",
    })
  return found
}

function sizeRules({ cpu, memory, replicas, autoscaling }: Loose): Found[] {
  const found: Found[] = []
  const ordered = (path: string[], min: unknown, max: unknown, size: (value: string) => number) => {
    if (typeof min === "string" && typeof max === "string" && size(min) > size(max))
      found.push({
        path,
        code: "bounds_crossed",
        message: `min ${shownValue(min)} is more than desired ${shownValue(max)}`,
      })
  }
  if (isObject(cpu)) ordered(["cpu"], cpu.min, cpu.desired, parseCpu)
  if (isObject(memory)) ordered(["memory"], memory.min, memory.desired, parseMemoryMiB)
  if (!isObject(autoscaling)) return found
  if (replicas !== undefined)
    found.push({
      path: ["replicas"],
      code: "replicas_twice",
      message: "a fixed number of replicas and autoscaling exclude each other; give one of them",
    })
  const { min = 1, max } = autoscaling
  const { desired = min } = autoscaling
  if (typeof min === "number" && typeof desired === "number" && typeof max === "number")
    if (min > desired || desired > max)
      found.push({
        path: ["autoscaling"],
        code: "bounds_crossed",
        message: `needs min ≤ desired ≤ max, has ${min}, ${desired}, ${max}`,
      })
  return found
}
