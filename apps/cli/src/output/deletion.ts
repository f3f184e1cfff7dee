import type { DeploymentInfoResponse } from "@alienplatform/api/client"
import { endpointsOf } from "../manager/endpoint-view.ts"
import type { Deployment } from "../manager/find-deployment.ts"
import { table } from "./table.ts"

export type DeleteAction = NonNullable<Deployment["deleteAction"]>
export type Cleanup = NonNullable<Deployment["cleanup"]>

/**
 * Describes what a deletion removes and what it leaves. `cleanup` deletes everything that was made for the deployment;
 * the customer's certificates, networks and DNS records are only detached. The other actions leave everything.
 */
export function deletionText(action: DeleteAction, deployment: Deployment, info: DeploymentInfoResponse): string {
  const { name, platform, stackSettings } = deployment
  if (action !== "cleanup")
    return [
      `Deletes nothing of ${name} on ${platform}, and no longer looks after it. What was made for it stays as it is:`,
      resourcesOf(info),
      "",
      ...STAYS[action],
    ].join("\n")
  const records = endpointsOf(info).flatMap((view) => view.dnsRecords)
  const kept = customersObjects(stackSettings)
  return [
    `Deletes ${name} on ${platform} with everything that was made for it:`,
    resourcesOf(info),
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

const UNATTENDED = "It gets no updates, nobody checks or repairs it, and names that it uses stay taken."
const STAYS: Readonly<Record<Exclude<DeleteAction, "cleanup">, readonly string[]>> = {
  detach: [
    UNATTENDED,
    "Our marks are taken off where the platform can; what cannot lose its mark keeps it. It cannot be taken back.",
  ],
  forget: [UNATTENDED, "Our marks stay, so that it can be taken back later."],
}

/** Describes the result of a deletion. */
export function deletionOutcomeText(action: DeleteAction, { id, name }: Deployment, cleanup: Cleanup): string {
  if (action === "detach") return `${name} is detached; what was made for it stays.`
  if (action === "forget")
    return `${name} is forgotten; what was made for it stays. Take it back with: alien deploy ${name} --adopt ${id}`
  if (cleanup.length === 0) return `${name} is deleted.`
  const rows = cleanup.map(({ type, name, id, why }) => [type, id ?? name, why?.message ?? ""])
  return [
    `${name} is deleted. These go slowly, and the manager goes on with them:`,
    indented(table(["TYPE", "OBJECT", "WHY"], rows)),
  ].join("\n")
}

function resourcesOf(info: DeploymentInfoResponse): string {
  const rows = Object.entries(info.resources).flatMap(([id, { resourceType }]) => {
    const endpoints = endpointsOf(info).filter((view) => view.resource === id)
    return endpoints.length === 0
      ? [[id, resourceType, "", ""]]
      : endpoints.map((view) => [id, resourceType, view.endpoint, view.url ?? ""])
  })
  return rows.length === 0 ? "  nothing is installed" : indented(table(["RESOURCE", "TYPE", "ENDPOINT", "URL"], rows))
}

const indented = (text: string): string => text.replace(/^/gm, "  ")

/** The customer's certificates and networks that the settings name. Private keys in the settings are never read. */
function customersObjects(settings: unknown): string[] {
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
