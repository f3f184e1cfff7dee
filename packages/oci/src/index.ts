/**
 * Container images without a daemon: builds them from an artifact on top of a base image, writes them as an OCI image
 * layout, publishes them to a registry, and copies images between registries by digest. Follows the OCI specifications
 * of images and of distribution, version 1.1, and reads Docker's schema 2.
 *
 * Errors are `OciError`s with a `code`.
 */
export { type ArtifactImageOptions, type ArtifactKind, artifactImage } from "./artifact/artifact-image.ts"
export { type Artifact, type ReadArtifactOptions, readArtifact } from "./artifact/read-artifact.ts"
export { type DockerConfigOptions, dockerCredentials } from "./credentials/docker-config.ts"
export type { ImageConfig } from "./documents/config.ts"
export {
  type BaseImage,
  type BuildImageOptions,
  type BuiltImage,
  buildImage,
  type ImageExecution,
} from "./image/build-image.ts"
export type { Blob, BlobSource, Image } from "./image/image.ts"
export { filesIn } from "./layer/files-in.ts"
export type { FileContent, LayerFile } from "./layer/layer-file.ts"
export type { LayerContent, WrittenLayer } from "./layer/write-layer.ts"
export { BlobDirectory } from "./layout/blob-directory.ts"
export { type WriteLayoutOptions, writeLayout } from "./layout/write-layout.ts"
export { OciError } from "./oci-error.ts"
export type { Digest } from "./reference/digest.ts"
export {
  type ImagePlatform,
  isPlatform,
  parsePlatform,
  platformOfTarget,
  platformText,
  targetOfPlatform,
} from "./reference/platform.ts"
export { parseReference, type Reference, referenceText } from "./reference/reference.ts"
export type { Clock } from "./registry/clock.ts"
export type { CredentialSource, Credentials } from "./registry/credentials.ts"
export { pullImage, resolveReference } from "./registry/pull-image.ts"
export {
  type CopyOptions,
  copyImage,
  type PushedImage,
  type PushOptions,
  type PushProgress,
  pushImage,
} from "./registry/push-image.ts"
export { Registries, type RegistriesOptions } from "./registry/registries.ts"
