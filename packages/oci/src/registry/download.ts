import { createHash } from "node:crypto"
import type { Descriptor } from "../documents/manifest.ts"
import type { Blob } from "../image/image.ts"
import { problem } from "../oci-error.ts"
import { finishDigest } from "../reference/digest.ts"
import { orTransient } from "./http.ts"
import { mismatch, type Repository } from "./repository.ts"
import { TransientFailure, waitAfter } from "./retry.ts"

/** A blob that is read from a registry when it is needed. */
export const registryBlob = (repository: Repository, descriptor: Blob["descriptor"]): Blob => ({
  descriptor,
  source: {
    location: { registry: repository.connection.registry, repository: repository.name },
    read: (start) => readBlob(repository, descriptor, start),
  },
})

/**
 * Yields a blob from `start` on. An interrupted transfer goes on where it stopped. Read from 0, its digest is verified
 * before the last bytes are said to be the last.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pulling-blobs
 * @throws `image_digest_mismatch`, `image_not_found`, and what requests throw
 */
async function* readBlob(
  repository: Repository,
  { digest, size }: Pick<Descriptor, "digest" | "size">,
  start: number,
): AsyncGenerator<Uint8Array> {
  const what = `blob ${digest} of ${repository.text}`
  const hash = createHash("sha256")
  let position = start
  for (let failures = 0; position < size || failures === 0; ) {
    try {
      for await (const chunk of readFrom(repository, digest, position)) {
        position += chunk.length
        if (position > size) throw mismatch(what, digest, `of more than ${size} bytes`)
        hash.update(chunk)
        yield chunk
      }
      if (position < size) throw cut(repository, what, position, size)
      break
    } catch (error) {
      if (!(error instanceof TransientFailure)) throw error
      failures++
      await waitAfter(error, failures, repository.connection.retry)
    }
  }
  const found = finishDigest(hash)
  if (start === 0 && found !== digest) throw mismatch(what, digest, found)
}

async function* readFrom(repository: Repository, digest: string, position: number): AsyncGenerator<Uint8Array> {
  const { retry } = repository.connection
  const answer = await repository.request(`blobs/${digest}`, {
    method: "GET",
    ...(position > 0 ? { headers: { range: `bytes=${position}-` } } : {}),
    expect: [200, 206, 404],
  })
  if (answer.status === 404) {
    await answer.body.dump()
    throw problem("image_not_found", { message: `there is no blob ${digest} in ${repository.text}` })
  }
  // Without ranges all of it comes again, and what is known is passed over.
  let skip = answer.status === 200 ? position : 0
  if (answer.status === 206 && !answer.header("content-range")?.startsWith(`bytes ${position}-`)) {
    await answer.body.dump()
    throw problem("registry_failed", { message: `${answer.url.host} answers with another range than was asked for` })
  }
  try {
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      const rest = chunk.subarray(Math.min(skip, chunk.length))
      skip -= chunk.length - rest.length
      if (rest.length > 0) yield rest
    }
  } catch (error) {
    throw orTransient(error, answer.url, retry.signal)
  }
}

const cut = ({ connection }: Repository, what: string, position: number, size: number) =>
  new TransientFailure(
    problem("registry_unreachable", {
      message: `${connection.registry} ended ${what} after ${position} of ${size} bytes`,
      retryable: true,
    }),
  )
