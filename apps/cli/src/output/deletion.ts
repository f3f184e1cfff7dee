import type { DeploymentInfoResponse } from "@alienplatform/api/client"
import { endpointsOf } from "../manager/endpoint-view.ts"
import type { Deployment } from "../manager/find-deployment.ts"
import { table } from "./table.ts"

/**
 * What a deletion takes away and what it leaves. Everything that was made for the deployment goes; certificates,
 * networks and DNS records that the customer brought are theirs and only detached.
 */
export function deletionText({ name, platform, stackSettings }: Deployment, info: DeploymentInfoResponse): string {
  const rows = Object.entries(info.resources).flatMap(([id, { resourceType }]) => {
    const endpoints = endpointsOf(info).filter((view) => view.resource === id)
    return endpoints.length === 0
      ? [[id, resourceType, "", ""]]
      : endpoints.map((view) => [id, resourceType, view.endpoint, view.url ?? ""])
  })
  const records = endpointsOf(info).flatMap((view) => view.dnsRecords)
  const kept = keptOf(stackSettings)
  return [
    `Deletes ${name} on ${platform} with everything that was made for it:`,
    rows.length === 0 ? "  nothing is installed" : indented(table(["RESOURCE", "TYPE", "ENDPOINT", "URL"], rows)),
    ...(kept.length > 0 ? ["", "Stays, because it is the customer's:", ...kept.map((line) => `  ${line}`)] : []),
    ...(records.length > 0
      ? [
          "",
          "DNS records that the customer can delete afterwards:",
          indented(
            table(
              ["TYPE", "NAME", "VALUE"],
              records.map(({ type, name, value }) => [type, name, value]),
            ),
          ),
        ]
      : []),
  ].join("\n")
}

const indented = (text: string): string => text.replace(/^/gm, "  ")

/** The customer's own certificates and networks, as the settings name them. Keys that came with them are never read. */
function keptOf(settings: unknown): string[] {
  const network = member(settings, "network")
  const domains = member(member(settings, "domains"), "customDomains")
  const kept = Object.values(record(domains))
    .flat()
    .flatMap((entry) => {
      const certificate = member(entry, "certificate")
      const names = [
        member(member(certificate, "aws"), "certificateArn"),
        member(member(certificate, "gcp"), "certificateName"),
        member(member(certificate, "azure"), "keyVaultCertificateId"),
        member(member(certificate, "local"), "certificateFile"),
      ]
      return names.filter((name) => typeof name === "string").map((name) => `certificate ${name}`)
    })
  for (const key of ["vpc_id", "network_name", "vnet_resource_id"]) {
    const id = member(network, key)
    if (typeof id === "string") kept.push(`network ${id}`)
  }
  return [...new Set(kept)]
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? { ...value } : {}

const member = (value: unknown, key: string): unknown => record(value)[key]
