import { createHash, type Hash } from "node:crypto"

/**
 * `sha256:` and 64 lower-case hex characters: the one algorithm that every registry and runtime takes.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.0/descriptor.md#digests
 */
export type Digest = `sha256:${string}`

export const isDigest = (text: string): text is Digest => /^sha256:[0-9a-f]{64}$/.test(text)

export const digestOf = (bytes: Uint8Array | string): Digest => finishDigest(createHash("sha256").update(bytes))

export const finishDigest = (hash: Hash): Digest => `sha256:${hash.digest("hex")}`

/** The hex part: the file's name in an image layout. */
export const hexOf = (digest: Digest): string => digest.slice("sha256:".length)
