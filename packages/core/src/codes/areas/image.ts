import type { CodeFacts } from "../facts.ts"

/** Container images, and the registries that they lie in. */
export const imageCodes = {
  image_digest_mismatch: {
    means:
      "What a registry sent, or keeps, has another digest than was asked for: it was damaged on the way, or somebody put something else in its place. Nothing of it is used.",
    fix: "Try again. If it stays so, push the image again, and ask who runs the registry.",
  },
  image_file_refused: {
    means:
      "A file cannot be put into an image: its path or a link leaves the folder, it is a device, pipe or socket, it has 8 GiB or more, it is there twice, or it changed while it was read.",
    fix: "The vendor leaves it out, or builds again when nobody writes to it.",
    acts: "vendor",
    exit: 2,
  },
  image_invalid: {
    means:
      "The manifest, index or config of an image is not what the specifications of OCI and Docker say, or is too large.",
    fix: "Whoever made the image builds and pushes it again with a current tool.",
    acts: "vendor",
    exit: 2,
  },
  image_not_found: {
    means: "The registry has no image of that name, tag or digest, or lacks one of its blobs.",
    fix: "Correct the reference, or push the image first.",
    exit: 4,
  },
  image_not_supported: {
    means:
      "What the reference names is no image that can be used: Docker's schema 1, something else than a container image, or an image with layers that lie outside of its registry (foreign layers).",
    fix: "Build and push the image again with a current tool, or choose another base.",
    acts: "vendor",
    exit: 2,
  },
  image_platform_invalid: {
    means: "The platform of an image is not written as OS/ARCHITECTURE or OS/ARCHITECTURE/VARIANT.",
    fix: "Write for example `linux/amd64` or `linux/arm64`.",
    exit: 2,
  },
  image_platform_missing: {
    means:
      "An image is not for the operating system and CPU that were asked for; the message lists those that it is for.",
    fix: "Ask for one of these, or build the image for the other one.",
    acts: "vendor",
    exit: 2,
  },
  image_reference_invalid: {
    means: "A reference of an image is not of the form `[REGISTRY/]REPOSITORY[:TAG][@sha256:DIGEST]`.",
    fix: "Correct it, for example `ghcr.io/acme/api:v1`.",
    exit: 2,
  },
  registry_credentials_invalid: {
    means:
      "Docker's configuration cannot be read, or the credential helper that it names failed. What they contain is never shown.",
    fix: "Run `docker login`, correct the file, or name another folder in `DOCKER_CONFIG`.",
    exit: 2,
  },
  registry_denied: {
    means:
      "A registry does not allow it (401 or 403): the image or repository is not there, or the credentials are missing, wrong, or not enough.",
    fix: "Run `docker login` for that registry with an account that may do it. Some registries want a repository to be created first.",
    exit: 4,
  },
  registry_failed: {
    means: "A registry answers with an error that no other code stands for; status and text are in the message.",
    fix: "Act on what it says, or try again later.",
  },
  registry_insecure: {
    means:
      "A registry, or a URL that it names, would be spoken with without TLS. That is for registries on this machine alone, since credentials and images would be readable on the way.",
    fix: "Whoever runs the registry corrects its external URL.",
  },
  registry_unreachable: {
    means: "A registry does not answer, or breaks off again and again.",
    fix: "Check its name and the network, then try again.",
    retryable: true,
  },
  registry_untrusted: {
    means: "The certificate of a registry is not trusted.",
    fix: "Name its authority in `NODE_EXTRA_CA_CERTS`, or correct the certificate.",
  },
} as const satisfies Record<string, CodeFacts>
