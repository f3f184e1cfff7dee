import { problem } from "../oci-error.ts"
import { type Digest, isDigest } from "./digest.ts"

/**
 * Name of an image in a registry. Without a tag and a digest it names a repository.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pulling-manifests
 */
export interface Reference {
  /** Host and port as people write them: `docker.io`, `ghcr.io`, `localhost:5000`. */
  registry: string
  /** `library/alpine` */
  repository: string
  tag?: string
  /** Wins over the tag. */
  digest?: Digest
}

const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/
const HOST =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?$/
/** With the registry's host, longer names are refused by registries. */
const MAX_NAME_LENGTH = 255

/** Registry of names without one, and its other name. */
const DOCKER_HUB = "docker.io"
const DOCKER_HUB_ALIAS = "index.docker.io"

/**
 * Reads `[registry/]repository[:tag][@digest]`. A name without a registry is one of Docker Hub, as in every tool:
 * `alpine` is `docker.io/library/alpine`.
 * @throws `image_reference_invalid`
 */
export function parseReference(text: string): Reference {
  const invalid = (why: string) =>
    problem("image_reference_invalid", {
      message: `${JSON.stringify(text)} is no reference of an image: ${why}; write [REGISTRY/]REPOSITORY[:TAG][@sha256:DIGEST]`,
    })
  if (/^[a-z]+:\/\//i.test(text)) throw invalid("it starts with a scheme")
  const [named = "", digest, ...more] = text.split("@")
  if (more.length > 0) throw invalid("it has more than one @")
  if (digest !== undefined && !isDigest(digest)) throw invalid(`${JSON.stringify(digest)} is no sha256 digest`)

  const colon = named.indexOf(":", named.lastIndexOf("/") + 1)
  const tag = colon < 0 ? undefined : named.slice(colon + 1)
  if (tag !== undefined && !TAG.test(tag)) throw invalid(`${JSON.stringify(tag)} is no tag`)
  const { registry, repository } = splitName(colon < 0 ? named : named.slice(0, colon))

  if (!HOST.test(registry)) throw invalid(`${JSON.stringify(registry)} is no host`)
  const wrong = repository.split("/").find((component) => !COMPONENT.test(component))
  if (wrong !== undefined) throw invalid(`${JSON.stringify(wrong)} is no lower-case component of a repository`)
  if (`${registry}/${repository}`.length > MAX_NAME_LENGTH) throw invalid(`it is longer than ${MAX_NAME_LENGTH}`)
  return { registry, repository, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) }
}

function splitName(name: string): Pick<Reference, "registry" | "repository"> {
  const slash = name.indexOf("/")
  const first = name.slice(0, Math.max(slash, 0))
  const isHost = /[.:[]/.test(first) || first === "localhost"
  const registry = isHost ? first : DOCKER_HUB
  const repository = isHost ? name.slice(slash + 1) : name
  if (registry !== DOCKER_HUB && registry !== DOCKER_HUB_ALIAS) return { registry, repository }
  return { registry: DOCKER_HUB, repository: repository.includes("/") ? repository : `library/${repository}` }
}

/** The whole name, with registry, and tag and digest where it has them. */
export const referenceText = ({ registry, repository, tag, digest }: Reference): string =>
  `${registry}/${repository}${tag === undefined ? "" : `:${tag}`}${digest === undefined ? "" : `@${digest}`}`

/** What a manifest is asked for with: the digest, else the tag, else `latest`. */
export const versionOf = ({ tag, digest }: Reference): string => digest ?? tag ?? "latest"
