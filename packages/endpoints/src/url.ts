/** `https://host`, with the port unless it is 443; `tcp://host:port`. */
export const endpointUrl = (protocol: "http" | "tcp", host: string, port: number): string =>
  protocol === "tcp" ? `tcp://${host}:${port}` : `https://${urlAuthority(host, port)}`

/** What goes into the Host header of an https request. */
export const urlAuthority = (host: string, port: number): string => (port === 443 ? host : `${host}:${port}`)
