import { problem } from "../oci-error.ts"

/**
 * What an image runs on, in Go's words.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.0/image-index.md#platform-variants
 */
export interface ImagePlatform {
  os: string
  architecture: string
  /** Of the CPU: `v7`, `v8`. */
  variant?: string
}

const PART = /^[a-z0-9_.]+$/

/**
 * Reads `linux/arm64` or `linux/arm/v7`.
 * @throws `image_platform_invalid`
 */
export function parsePlatform(text: string): ImagePlatform {
  const [os = "", architecture = "", variant, ...more] = text.split("/")
  const parts = [os, architecture, ...(variant === undefined ? [] : [variant])]
  if (more.length > 0 || !parts.every((part) => PART.test(part)))
    throw problem("image_platform_invalid", {
      message: `${JSON.stringify(text)} is no platform of an image; write OS/ARCHITECTURE[/VARIANT], for example linux/arm64`,
    })
  return { os, architecture, ...(variant === undefined ? {} : { variant }) }
}

export const platformText = ({ os, architecture, variant }: ImagePlatform): string =>
  [os, architecture, variant].filter(Boolean).join("/")

/** Node's names of CPUs that Go calls otherwise. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64", ia32: "386" }

/** The platform of Node's `linux-x64`, which is how artifacts name their target. Undefined for other text. */
export function platformOfTarget(target: string): ImagePlatform | undefined {
  const [, os, cpu] = /^([a-z0-9]+)-([a-z0-9]+)(?:-[a-z]+)?$/.exec(target) ?? []
  return os && cpu ? { os, architecture: ARCHITECTURES[cpu] ?? cpu } : undefined
}

/** The name, in Node's words, of the machines that a platform's images run on: `linux-x64` of `linux/amd64`. */
export function targetOfPlatform({ os, architecture }: ImagePlatform): string {
  const [cpu = architecture] = Object.entries(ARCHITECTURES).find(([, name]) => name === architecture) ?? []
  return `${os}-${cpu}`
}

/** arm64 is v8, whether it is said or not. */
const variantOf = ({ architecture, variant }: ImagePlatform): string =>
  variant ?? (architecture === "arm64" ? "v8" : "")

/** Does an image for `offered` run where `wanted` is asked for? A wanted platform without a variant takes any. */
export const isPlatform = (offered: ImagePlatform, wanted: ImagePlatform): boolean =>
  offered.os === wanted.os &&
  offered.architecture === wanted.architecture &&
  (wanted.variant === undefined || variantOf(offered) === variantOf(wanted))
