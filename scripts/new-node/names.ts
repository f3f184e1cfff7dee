/** What `PLATFORM.SERVICE.OBJECT` names. */
export interface NodeTypeName {
  /** `memory` */
  platform: string
  /** `net` */
  service: string
  /** `RouteTable` */
  object: string
  /** `route-table`, the name of its files. */
  file: string
}

const NAME = /^([a-z][a-z0-9-]*)\.([a-z][a-z0-9-]*)\.([A-Z][A-Za-z0-9]*)$/

/** Reads the argument of `npm run new:node`; a sentence that says what is wrong with it otherwise. */
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
