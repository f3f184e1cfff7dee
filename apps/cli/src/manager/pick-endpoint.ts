import { nearest, problem } from "@alienplatform/core/error"
import type { EndpointView } from "./endpoint-view.ts"

/** Splits `RESOURCE` or `RESOURCE.ENDPOINT` at its last dot; ids and names have none. */
function splitTarget(target: string): { resource: string; endpoint: string | undefined } {
  const dot = target.lastIndexOf(".")
  return dot < 0
    ? { resource: target, endpoint: undefined }
    : { resource: target.slice(0, dot), endpoint: target.slice(dot + 1) }
}

/**
 * Picks an endpoint; a resource alone means its first http endpoint. Throws `endpoint_not_found`, which suggests the
 * nearest name.
 */
export function pickEndpoint(views: readonly EndpointView[], target: string, deployment: string): EndpointView {
  const { resource, endpoint } = splitTarget(target)
  const ofResource = views.filter((view) => view.resource === resource)
  const found =
    endpoint === undefined
      ? (ofResource.find((view) => view.protocol === "http") ?? ofResource[0])
      : ofResource.find((view) => view.endpoint === endpoint)
  if (found) return found
  const known = views.map(nameOf)
  const meant = nearest(target, endpoint === undefined ? views.map((view) => view.resource) : known)
  throw problem("endpoint_not_found", {
    message: `${deployment} has no public endpoint ${target}`,
    hint: meant ? `did you mean: ${meant}?` : known.length > 0 ? `there are: ${known.join(", ")}` : DECLARE,
  })
}

/** Picks the endpoint of a deployment that has one. Throws `endpoint_ambiguous`, which lists them, where it has several. */
export function onlyEndpoint(views: readonly EndpointView[], deployment: string): EndpointView {
  const [only, ...others] = views
  if (!only)
    throw problem("endpoint_not_found", { message: `${deployment} has no public endpoint of that kind`, hint: DECLARE })
  if (others.length > 0)
    throw problem("endpoint_ambiguous", {
      message: `${deployment} has ${views.length} endpoints; name the one that is meant`,
      hint: `there are: ${views.map(nameOf).join(", ")}`,
    })
  return only
}

const nameOf = ({ resource, endpoint }: EndpointView): string => `${resource}.${endpoint}`

const DECLARE = "no resource of it declares one: .publicEndpoint(name)"
