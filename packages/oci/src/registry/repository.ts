import { MAX_DOCUMENT_BYTES } from "../documents/document.ts"
import type { Descriptor } from "../documents/manifest.ts"
import { MANIFEST_TYPES } from "../documents/media-types.ts"
import { problem } from "../oci-error.ts"
import { type Digest, digestOf, isDigest } from "../reference/digest.ts"
import type { Connection, RegistryRequest } from "./connection.ts"
import { readLimited } from "./http.ts"

export interface FoundManifest {
  bytes: Uint8Array
  mediaType: string
  digest: Digest
}

/**
 * One repository of a registry.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md
 */
export class Repository {
  readonly connection: Connection
  /** `acme/api` */
  readonly name: string

  constructor(connection: Connection, name: string) {
    this.connection = connection
    this.name = name
  }

  /** `ghcr.io/acme/api` */
  get text(): string {
    return `${this.connection.registry}/${this.name}`
  }

  get pullScopes(): readonly string[] {
    return [`repository:${this.name}:pull`]
  }

  get pushScopes(): readonly string[] {
    return [`repository:${this.name}:pull,push`]
  }

  /** Sends a request for something in this repository. @param path below `/v2/<name>/` */
  request(
    path: string,
    order: Omit<RegistryRequest, "url" | "scopes" | "doing"> & { push?: boolean },
  ): ReturnType<Connection["request"]> {
    return this.connection.request({
      ...order,
      url: `/v2/${this.name}/${path}`,
      scopes: order.push ? this.pushScopes : this.pullScopes,
      doing: `${order.push ? "push to" : "pull"} ${this.text}`,
    })
  }

  /**
   * Reads a manifest or an index. Its digest is computed, and compared where one was asked for or told.
   * @param version tag or digest
   * @throws `image_not_found`, `image_invalid`, `image_digest_mismatch`, and what requests throw
   */
  async manifest(version: string): Promise<FoundManifest> {
    const answer = await this.request(`manifests/${version}`, {
      method: "GET",
      headers: { accept: MANIFEST_TYPES.join(", ") },
      expect: [200, 404],
    })
    const what = `${this.text}${isDigest(version) ? "@" : ":"}${version}`
    if (answer.status === 404) {
      await answer.body.dump()
      throw problem("image_not_found", { message: `there is no image ${what}` })
    }
    const bytes = await readLimited(answer, MAX_DOCUMENT_BYTES)
    const digest = digestOf(bytes)
    const expected = isDigest(version) ? version : (answer.header("docker-content-digest") ?? digest)
    if (expected !== digest) throw mismatch(what, expected, digest)
    return {
      bytes,
      digest,
      mediaType: mediaTypeOf(bytes) ?? answer.header("content-type")?.split(";")[0]?.trim() ?? "",
    }
  }

  /** Stores a manifest whose blobs are there. @param version tag or digest */
  async putManifest(version: string, { bytes, mediaType, digest }: FoundManifest): Promise<void> {
    const answer = await this.request(`manifests/${version}`, {
      method: "PUT",
      headers: { "content-type": mediaType },
      body: { size: bytes.byteLength, open: () => bytes },
      expect: [201, 202],
      push: true,
    })
    await answer.body.dump()
    const kept = answer.header("docker-content-digest")
    if (kept !== undefined && kept !== digest) throw mismatch(`the manifest sent to ${this.text}`, digest, kept)
  }

  async hasBlob({ digest }: Pick<Descriptor, "digest">): Promise<boolean> {
    const answer = await this.request(`blobs/${digest}`, { method: "HEAD", expect: [200, 404], push: true })
    await answer.body.dump()
    return answer.status === 200
  }
}

/** The type that a manifest says it has; OCI's may say nothing. */
function mediaTypeOf(bytes: Uint8Array): string | undefined {
  try {
    const document: unknown = JSON.parse(new TextDecoder().decode(bytes))
    if (typeof document !== "object" || document === null) return undefined
    if ("schemaVersion" in document && document.schemaVersion === 1) return "schema 1"
    return "mediaType" in document && typeof document.mediaType === "string" ? document.mediaType : undefined
  } catch {
    return undefined
  }
}

export const mismatch = (what: string, expected: string, found: string) =>
  problem("image_digest_mismatch", {
    message: `${what} has the digest ${found}, not ${expected}; nothing of it is used`,
    context: { expected, found },
  })
