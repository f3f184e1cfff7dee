/*
 * What registries store, by OCI's name and by Docker's (image manifest version 2, schema 2).
 * https://github.com/opencontainers/image-spec/blob/v1.1.0/media-types.md
 */

export const OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
export const OCI_INDEX = "application/vnd.oci.image.index.v1+json"
export const OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
export const OCI_LAYER_GZIP = "application/vnd.oci.image.layer.v1.tar+gzip"
const OCI_LAYER = "application/vnd.oci.image.layer.v1.tar"
const OCI_LAYER_ZSTD = "application/vnd.oci.image.layer.v1.tar+zstd"

export const DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
export const DOCKER_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json"
const DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json"
const DOCKER_LAYER_GZIP = "application/vnd.docker.image.rootfs.diff.tar.gzip"
const DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar"
const DOCKER_LAYER_ZSTD = "application/vnd.docker.image.rootfs.diff.tar.zstd"

export const isManifestType = (type: string): boolean => type === OCI_MANIFEST || type === DOCKER_MANIFEST
export const isIndexType = (type: string): boolean => type === OCI_INDEX || type === DOCKER_INDEX
export const isConfigType = (type: string): boolean => type === OCI_CONFIG || type === DOCKER_CONFIG

/** Every manifest that is understood, for `Accept`. */
export const MANIFEST_TYPES: readonly string[] = [OCI_INDEX, OCI_MANIFEST, DOCKER_INDEX, DOCKER_MANIFEST]

/** OCI's name of a layer's type, by every name that it goes by. Foreign layers lie elsewhere and are not among them. */
const OCI_LAYER_TYPES: Readonly<Record<string, string>> = {
  [OCI_LAYER]: OCI_LAYER,
  [OCI_LAYER_GZIP]: OCI_LAYER_GZIP,
  [OCI_LAYER_ZSTD]: OCI_LAYER_ZSTD,
  [DOCKER_LAYER]: OCI_LAYER,
  [DOCKER_LAYER_GZIP]: OCI_LAYER_GZIP,
  [DOCKER_LAYER_ZSTD]: OCI_LAYER_ZSTD,
}

/** OCI's name of a layer's type. Undefined for what is no layer, or a foreign one. */
export const ociLayerType = (type: string): string | undefined =>
  Object.hasOwn(OCI_LAYER_TYPES, type) ? OCI_LAYER_TYPES[type] : undefined
