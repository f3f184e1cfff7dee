import type { Blob } from "../image/image.ts"
import { problem } from "../oci-error.ts"
import type { RegistryRequest } from "./connection.ts"
import type { HttpAnswer } from "./http.ts"
import { mismatch, type Repository } from "./repository.ts"
import { TransientFailure, waitAfter } from "./retry.ts"

/** How a blob came into a repository. */
export type Arrival = "there" | "mounted" | "sent"

/** Smaller blobs go in one request; there is nothing to resume. */
const SMALL_BYTES = 4 * 1024 * 1024

/**
 * Brings a blob into a repository, unless it is there: mounted from another repository of the registry where it lies
 * in one and that may be read, else sent. A transfer that breaks off goes on where the registry says it stopped.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pushing-blobs
 */
export async function uploadBlob(repository: Repository, blob: Blob): Promise<Arrival> {
  if (await repository.hasBlob(blob.descriptor)) return "there"
  const begun = await begin(repository, blob)
  if (begun === "mounted") return begun
  let session: URL | undefined = begun
  for (let failures = 0; ; ) {
    try {
      const offset: number = session === begun && failures === 0 ? 0 : await offsetOf(repository, session)
      if (offset === 0 && failures > 0) session = await open(repository)
      if (!session) session = await open(repository)
      await sendFrom(repository, blob, session, offset, (moved) => {
        session = moved
      })
      return "sent"
    } catch (error) {
      if (!(error instanceof TransientFailure)) throw error
      failures++
      await waitAfter(error, failures, repository.connection.retry)
      // The last answer may have got lost alone.
      if (await repository.hasBlob(blob.descriptor)) return "sent"
    }
  }
}

/** Mounts, or opens a session: a registry that does not mount opens one in its place. */
async function begin(repository: Repository, { descriptor, source }: Blob): Promise<URL | "mounted"> {
  const from = source.location
  const { registry } = repository.connection
  if (!from || from.registry !== registry || from.repository === repository.name) return open(repository)
  const query = new URLSearchParams({ mount: descriptor.digest, from: from.repository })
  const answer = await repository.connection.request({
    method: "POST",
    url: `/v2/${repository.name}/blobs/uploads/?${query}`,
    scopes: [`repository:${from.repository}:pull`, ...repository.pushScopes],
    doing: `push to ${repository.text}`,
    body: EMPTY,
    expect: [201, 202],
  })
  await answer.body.dump()
  return answer.status === 201 ? "mounted" : sessionOf(answer)
}

const EMPTY = { size: 0, open: () => new Uint8Array() }

async function open(repository: Repository): Promise<URL> {
  const answer = await repository.request("blobs/uploads/", { method: "POST", body: EMPTY, expect: [202], push: true })
  await answer.body.dump()
  return sessionOf(answer)
}

/** Where the next request of a session goes: it changes with every answer. */
function sessionOf({ header, url }: Pick<HttpAnswer, "header" | "url">): URL {
  const location = header("location")
  const found = location === undefined ? null : URL.parse(location, url.href)
  if (found) return found
  throw problem("registry_failed", { message: `${url.host} opens an upload and does not say where` })
}

/** How much of a session the registry has; 0 when it does not know it any more. */
async function offsetOf(repository: Repository, session: URL | undefined): Promise<number> {
  if (!session) return 0
  const answer = await repository.connection.request({
    ...common(repository),
    method: "GET",
    url: session,
    expect: [204, 400, 404, 405, 416],
  })
  await answer.body.dump()
  return answer.status === 204 ? endOf(answer.header("range")) : 0
}

/** Bytes of `Range: 0-1023`. Registries answer `0-0` for nothing, too. */
function endOf(range: string | undefined): number {
  const [, last = "0"] = /^(?:bytes=)?0-(\d{1,15})$/.exec(range ?? "") ?? []
  return last === "0" ? 0 : Number(last) + 1
}

const common = (repository: Repository) => ({
  scopes: repository.pushScopes,
  doing: `push to ${repository.text}`,
})

async function sendFrom(
  repository: Repository,
  { descriptor: { digest, size }, source }: Blob,
  session: URL,
  offset: number,
  moved: (session: URL) => void,
): Promise<void> {
  const body = { size: size - offset, open: () => source.read(offset) }
  const headers = { "content-type": "application/octet-stream" }
  let last = session
  if (size > SMALL_BYTES && offset < size) {
    const answer = await once(repository, {
      ...common(repository),
      method: "PATCH",
      url: session,
      // Only to resume: some registries take no ranges, and all take a blob in one piece.
      headers: { ...headers, ...(offset > 0 ? { "content-range": `${offset}-${size - 1}` } : {}) },
      body,
      expect: [202, 204, 404, 416],
    })
    if (answer.status === 404 || answer.status === 416) throw restart(repository)
    last = sessionOf(answer)
    moved(last)
  }
  const rest = last === session && offset < size ? { body, headers } : { body: EMPTY, headers: {} }
  const answer = await once(repository, {
    ...common(repository),
    ...rest,
    method: "PUT",
    url: withDigest(last, digest),
    expect: [201, 204, 404],
  })
  if (answer.status === 404) throw restart(repository)
  const kept = answer.header("docker-content-digest")
  if (kept !== undefined && kept !== digest) throw mismatch(`a blob sent to ${repository.text}`, digest, kept)
}

/** A request that is not repeated by itself: what the registry has of it must be asked first. */
async function once(repository: Repository, request: RegistryRequest): Promise<HttpAnswer> {
  const answer = await repository.connection.attempt(request)
  await answer.body.dump()
  return answer
}

/** Appended as text: reading the query and writing it again could change what the registry put there. */
const withDigest = (session: URL, digest: string): URL =>
  new URL(`${session.href}${session.search ? "&" : "?"}digest=${encodeURIComponent(digest)}`)

const restart = ({ text }: Repository) =>
  new TransientFailure(
    problem("registry_failed", { message: `the registry takes no more of an upload to ${text}`, retryable: true }),
  )
