/** The parts of `PLATFORM.SERVICE.OBJECT`. */
export interface NodeTypeName {
  /** Name of the platform: `memory`. */
  platform: string
  /** Name of the service: `net`. */
  service: string
  /** Name of the object: `RouteTable`. */
  object: string
  /** Name of the object's files: `route-table`. */
  file: string
}

const NAME = /^([a-z][a-z0-9-]*)\.([a-z][a-z0-9-]*)\.([A-Z][A-Za-z0-9]*)$/

/** Parses the argument of `npm run new:node`; returns a sentence about what is wrong where it cannot. */
export function parseName(text: string | undefined): NodeTypeName | string {
  const [, platform, service, object] = text?.match(NAME) ?? []
  if (!platform || !service || !object)
    return `${text === undefined ? "no name was given" : `${JSON.stringify(text)} is no name of a node type`}; write PLATFORM.SERVICE.OBJECT, for example local.gateway.Redirect`
  return { platform, service, object, file: kebabCase(object) }
}

const kebabCase = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1-$2")
    .toLowerCase()
