import { randomBytes } from "node:crypto"
import { type BuiltImage, buildImage } from "../image/build-image.ts"
import { BlobDirectory } from "../layout/blob-directory.ts"
import { parsePlatform } from "../reference/platform.ts"

/** An image of one layer in `directory`. @param bytes size of a file in it that does not compress */
export const smallImage = (directory: string, { bytes = 10, platform = "linux/amd64" } = {}): Promise<BuiltImage> =>
  buildImage({
    platform: parsePlatform(platform),
    layers: [{ name: "data", files: [{ path: "data", content: { bytes: randomBytes(bytes) } }] }],
    execution: { entrypoint: ["/data"], env: { PATH: "/bin" } },
    blobs: new BlobDirectory(directory),
  })
