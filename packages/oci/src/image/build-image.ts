import { configBytes, EPOCH, type Execution, type ImageConfig } from "../documents/config.ts"
import { OCI_CONFIG, OCI_MANIFEST, ociLayerType } from "../documents/media-types.ts"
import { type LayerContent, type WrittenLayer, writeLayer } from "../layer/write-layer.ts"
import type { BlobDirectory } from "../layout/blob-directory.ts"
import { problem } from "../oci-error.ts"
import { digestOf } from "../reference/digest.ts"
import { type ImagePlatform, isPlatform, platformText } from "../reference/platform.ts"
import { fileSource, memorySource } from "./blob-sources.ts"
import type { Blob, Image } from "./image.ts"

/** An image that others are built on. */
export interface BaseImage {
  image: Image
  config: ImageConfig
  /** As it was configured, without a digest; stands in the annotations. */
  name?: string
}

/** What a container starts with. Everything absent is the base's, except for entrypoint and cmd. */
export interface ImageExecution {
  entrypoint?: readonly string[]
  cmd?: readonly string[]
  /** In place of the base's variables of the same names. */
  env?: Readonly<Record<string, string>>
  /** Numbers, `65532:65532`: only they let a cluster see that it is not root. */
  user?: string
  /** Absolute. */
  workingDir?: string
  /** `8080/tcp` */
  exposedPorts?: readonly string[]
  labels?: Readonly<Record<string, string>>
  stopSignal?: string
}

export interface BuildImageOptions {
  /** Without one the image has the layers alone. */
  base?: BaseImage
  platform: ImagePlatform
  /** The lowest first; what changes least comes first, so that an update moves little. Empty ones are left out. */
  layers: readonly LayerContent[]
  execution: ImageExecution
  /** Where new blobs are written. */
  blobs: BlobDirectory
}

export interface BuiltImage extends Image {
  /** The layers that were written, above those of the base. */
  written: readonly WrittenLayer[]
}

const CREATED_BY = "alien"
const BASE_NAME = "org.opencontainers.image.base.name"
const BASE_DIGEST = "org.opencontainers.image.base.digest"

/**
 * Builds an image without a daemon: layers, config and manifest. Layers of the base are referred to and not read. Same
 * input, same digest, on every machine.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.0/manifest.md
 * @throws `image_platform_missing` when the base is for another platform, `image_file_refused`
 */
export async function buildImage({ base, platform, layers, execution, blobs }: BuildImageOptions): Promise<BuiltImage> {
  if (base && !isPlatform(base.config, platform))
    throw problem("image_platform_missing", {
      message: `the base image is for ${platformText(base.config)}, not for ${platformText(platform)}`,
    })
  const written: WrittenLayer[] = []
  for (const content of layers) if (content.files.length > 0) written.push(await writeLayer(content, blobs))

  const config = configOf(base?.config, platform, written, execution)
  const bytes = configBytes(config)
  const own: Blob[] = written.map(({ mediaType, digest, size, file }) => ({
    descriptor: { mediaType, digest, size },
    source: fileSource(file),
  }))
  const all = [...(base?.image.layers ?? []).map(withOciType), ...own]
  const configBlob: Blob = {
    descriptor: { mediaType: OCI_CONFIG, digest: digestOf(bytes), size: bytes.byteLength },
    source: memorySource(bytes),
  }
  const manifest = new TextEncoder().encode(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: OCI_MANIFEST,
      config: configBlob.descriptor,
      layers: all.map(({ descriptor }) => descriptor),
      ...(base ? { annotations: annotationsOf(base) } : {}),
    }),
  )
  return {
    digest: digestOf(manifest),
    mediaType: OCI_MANIFEST,
    manifest,
    platform,
    config: configBlob,
    layers: all,
    written,
  }
}

/** An OCI manifest names layers by OCI's types; the bytes are the same. */
const withOciType = ({ descriptor: { mediaType, digest, size }, source }: Blob): Blob => ({
  descriptor: { mediaType: ociLayerType(mediaType) ?? mediaType, digest, size },
  source,
})

// https://github.com/opencontainers/image-spec/blob/v1.1.0/annotations.md#pre-defined-annotation-keys
const annotationsOf = ({ image, name }: BaseImage) => ({
  [BASE_DIGEST]: image.digest,
  ...(name === undefined ? {} : { [BASE_NAME]: name }),
})

function configOf(
  base: ImageConfig | undefined,
  platform: ImagePlatform,
  written: readonly WrittenLayer[],
  execution: ImageExecution,
): ImageConfig {
  const before = base?.execution
  const { entrypoint = [], cmd = [], env = {}, exposedPorts = [], labels = {} } = execution
  const user = execution.user ?? before?.user
  const workingDir = execution.workingDir ?? before?.workingDir
  const stopSignal = execution.stopSignal ?? before?.stopSignal
  const variant = base?.variant ?? platform.variant
  const merged: Execution = {
    exposedPorts: [...new Set([...(before?.exposedPorts ?? []), ...exposedPorts])],
    env: withVariables(before?.env ?? [], env),
    // An entrypoint of the base with our arguments would be a program that nobody meant.
    entrypoint: [...entrypoint],
    cmd: [...cmd],
    volumes: before?.volumes ?? [],
    labels: { ...before?.labels, ...labels },
    ...(user === undefined ? {} : { user }),
    ...(workingDir === undefined ? {} : { workingDir }),
    ...(stopSignal === undefined ? {} : { stopSignal }),
  }
  return {
    os: platform.os,
    architecture: platform.architecture,
    ...(variant === undefined ? {} : { variant }),
    execution: merged,
    diffIds: [...(base?.diffIds ?? []), ...written.map(({ diffId }) => diffId)],
    history: [
      ...(base?.history ?? []),
      ...written.map(({ name }) => ({ created: EPOCH, created_by: CREATED_BY, comment: name })),
    ],
  }
}

/** New variables in order of name, so that the order in which they are given changes no digest. */
function withVariables(before: readonly string[], variables: Readonly<Record<string, string>>): string[] {
  const kept = before.filter((line) => !Object.hasOwn(variables, line.split("=", 1)[0] ?? ""))
  const added = Object.keys(variables).sort()
  return [...kept, ...added.map((name) => `${name}=${variables[name]}`)]
}
