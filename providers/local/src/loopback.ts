/** Addresses on which a program may wait for the gateway alone, in the order in which they are tried. */
export const LOOPBACK_HOSTS = ["127.0.0.1", "::1"] as const
export type LoopbackHost = (typeof LOOPBACK_HOSTS)[number]

/** Where a program listens: a port of 127.0.0.1, or `[::1]:PORT`, as `listen(port, "localhost")` chooses on some systems. */
export type LoopbackPort = number | `[::1]:${number}`

export interface LoopbackAddress {
  host: LoopbackHost
  port: number
}

export const loopbackPort = ({ host, port }: LoopbackAddress): LoopbackPort => (host === "::1" ? `[::1]:${port}` : port)

export const loopbackAddress = (port: LoopbackPort): LoopbackAddress =>
  typeof port === "number"
    ? { host: "127.0.0.1", port }
    : { host: "::1", port: Number(port.slice(port.lastIndexOf(":") + 1)) }

/** As in a URL: `127.0.0.1:3000`, `[::1]:3000`. */
export const authority = ({ host, port }: LoopbackAddress): string =>
  `${host.includes(":") ? `[${host}]` : host}:${port}`
