import { type CommandGroup, defineCommand, type Option } from "../command.ts"
import { stack } from "./options.ts"

const platform = (fallback: string): Option => [
  "--platform <os/architecture>",
  `what it runs on, for example linux/arm64 (default: ${fallback})`,
]

export const image: CommandGroup = {
  name: "image",
  summary: "build container images without a daemon, and copy them",
  commands: [
    defineCommand({
      name: "build",
      arguments: [["[resource]", "a resource of the stack; may be left out where only one comes from source"]],
      summary: "build the image of a resource",
      connects: false,
      long: true,
      options: [
        ["--base <reference>", "the image that it is built on, which has Node (default: ALIEN_BASE_IMAGE)"],
        platform("what the source is built for, else linux/amd64"),
        ["--output <directory>", "write it there, as an OCI image layout"],
        ["--push <reference>", "push it to a registry"],
        stack,
      ],
      notes:
        "`--base scratch` is none, for a static executable. The same sources on the same base have the same digest on any\n" +
        "machine. It does not run as root. Credentials are those of `docker login` (DOCKER_CONFIG); no daemon is asked.",
      examples: [
        "alien image build --base node:24-slim --output ./image",
        "alien image build api --base node:24-slim --push ghcr.io/acme/api:v1",
      ],
      load: async () => (await import("./image-build.ts")).imageBuild,
    }),
    defineCommand({
      name: "copy",
      arguments: [
        ["<from>", "a reference: [REGISTRY/]REPOSITORY[:TAG][@DIGEST]"],
        ["<to>", "a repository, with the tag that it gets"],
      ],
      summary: "copy an image for one platform to another repository or registry, by its digest",
      connects: false,
      long: true,
      options: [platform("linux/amd64")],
      notes: "Credentials are those of `docker login` (DOCKER_CONFIG). What the target has already is not sent again.",
      examples: ["alien image copy ghcr.io/acme/api:v1 registry.example.com/mirror/api:v1 --platform linux/arm64"],
      load: async () => (await import("./image-copy.ts")).imageCopy,
    }),
  ],
}
