import type { BuiltImage, PushProgress } from "@alienplatform/oci"
import type { RecordedBase } from "../image/base-image.ts"
import { bytes } from "./bytes.ts"
import type { Screen } from "./style.ts"
import { table } from "./table.ts"

/** A built image as --json has it. */
export interface ImageJson {
  resource: string
  digest: string
  platform: string
  base?: RecordedBase
  /** The base's have no name. Sizes in bytes, of what travels; `arrival` where it was pushed. */
  layers: { name: string | null; digest: string; size: number; arrival?: PushProgress["arrival"] }[]
  /** Folder of the image layout. */
  output?: string
  /** What was pushed, with its digest. */
  reference?: string
}

export interface ImageFacts {
  base?: RecordedBase
  output?: string
  reference?: string
  arrivals?: readonly PushProgress[]
}

export function imageJson(
  resource: string,
  { digest, platform, layers, written }: BuiltImage,
  { arrivals, base, output, reference }: ImageFacts,
): ImageJson {
  const names = new Map(written.map((layer) => [layer.digest, layer.name]))
  const arrived = new Map(arrivals?.map((one) => [one.digest, one.arrival]))
  return {
    resource,
    digest,
    platform: [platform.os, platform.architecture, platform.variant].filter(Boolean).join("/"),
    ...(base ? { base } : {}),
    layers: layers.map(({ descriptor }) => {
      const arrival = arrived.get(descriptor.digest)
      return {
        name: names.get(descriptor.digest) ?? null,
        digest: descriptor.digest,
        size: descriptor.size,
        ...(arrival ? { arrival } : {}),
      }
    }),
    ...(output === undefined ? {} : { output }),
    ...(reference === undefined ? {} : { reference }),
  }
}

const ARRIVALS = { there: "there already", mounted: "mounted", sent: "sent" } as const

/** An image for people: its layers, where it is, and its digest. */
export function imageText({ resource, digest, platform, base, layers, output, reference }: ImageJson, screen: Screen) {
  const { width, paint } = screen
  const rows = layers.map(({ name, digest: layer, size, arrival }) => [
    name ?? "base",
    bytes(size),
    layer.slice("sha256:".length, "sha256:".length + 12),
    arrival ? ARRIVALS[arrival] : "",
  ])
  const total = layers.reduce((sum, { size }) => sum + size, 0)
  const listed = table(["LAYER", "SIZE", "DIGEST", reference ? "REGISTRY" : ""], rows, {
    width: width === undefined ? width : width - 2,
  })
  return [
    `${paint("bold", resource)}  ${platform}, ${bytes(total)} in ${layers.length} ${layers.length === 1 ? "layer" : "layers"}`,
    ...listed.split("\n").map((line) => `  ${line}`),
    ...(base ? [`base    ${base.reference}@${base.digest}`] : []),
    ...(output === undefined ? [] : [`output  ${output}`]),
    ...(reference === undefined ? [] : [`pushed  ${reference}`]),
    `digest  ${digest}`,
  ].join("\n")
}
