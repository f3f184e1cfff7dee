/** One or more DNS labels and then `localhost`, or `localhost` itself; lower case. */
const LOCAL_NAME = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*localhost$/

/** A name that leads to this machine by itself (RFC 6761 section 6.3): whoever asks for it sits here. */
export const isLocalName = (host: string): boolean => host.length <= 253 && LOCAL_NAME.test(host)

/** The deployment that a name would belong to, `{label}.{deployment}.localhost`; undefined for `localhost` itself. */
export const deploymentOf = (host: string): string | undefined => /([^.]+)\.localhost$/.exec(host)?.[1]
