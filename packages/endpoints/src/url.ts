/** `https://host`, with the port unless it is 443; `tcp://host:port`. */
export const urlOf = (protocol: "http" | "tcp", host: string, port: number): string =>
  protocol === "tcp" ? `tcp://${host}:${port}` : `https://${authorityOf(host, port)}`

/** What goes into the Host header of an https request. */
export const authorityOf = (host: string, port: number): string => (port === 443 ? host : `${host}:${port}`)
