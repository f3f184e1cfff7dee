import { z } from "zod"
import { DnsLabel, HostLabel, Port } from "./names.ts"

const host = {
  hostLabel: HostLabel.optional().describe("First label of the host where the platform gives names; @ is the apex."),
  wildcardSubdomains: z.boolean().default(false).describe("Also serve every name one label below the host."),
}

/** A named public endpoint of a Worker or Function: HTTPS, no port. */
export const HandlerEndpoint = z.strictObject({
  name: DnsLabel,
  ...host,
  streaming: z.boolean().default(false).describe("The response is sent on while it is being written."),
})
export type HandlerEndpoint = z.output<typeof HandlerEndpoint>

/** http: TLS ends at the front, the workload speaks plain HTTP. tcp: bytes are passed through. */
export const EndpointProtocol = z.enum(["http", "tcp"])
export type EndpointProtocol = z.output<typeof EndpointProtocol>

/** A named public endpoint of a Container or Daemon: one of its ports. */
export const PortEndpoint = z.strictObject({
  name: DnsLabel,
  port: Port.describe("Where the workload listens, 1-65535."),
  protocol: EndpointProtocol.default("http"),
  ...host,
})
export type PortEndpoint = z.output<typeof PortEndpoint>

export type PublicEndpoint = HandlerEndpoint | PortEndpoint

/** Options of `publicEndpoint(name, options)` of a Worker. */
export type HandlerEndpointOptions = Omit<z.input<typeof HandlerEndpoint>, "name">

/** Options of `publicEndpoint(name, port, options)` of a Container or Daemon. */
export type PortEndpointOptions = Omit<z.input<typeof PortEndpoint>, "name" | "port">
