import { lstat, readdir, readlink } from "node:fs/promises"
import { join, posix } from "node:path"
import { problem } from "../oci-error.ts"
import type { LayerFile } from "./layer-file.ts"

/**
 * Lists the files of a folder, to lie below `root` in an image. Links stay links where they lead to another path of the
 * folder; who may execute a file is kept, owners and times are not.
 * @throws `image_file_refused` for links that leave the folder, devices, pipes and sockets
 */
export async function filesIn(folder: string, root: string): Promise<LayerFile[]> {
  const found: LayerFile[] = []
  const visit = async (path: string): Promise<void> => {
    for (const entry of await readdir(join(folder, path), { withFileTypes: true })) {
      const below = posix.join(path, entry.name)
      const file = join(folder, below)
      const inImage = posix.join(root, below)
      if (entry.isDirectory()) {
        found.push({ path: inImage, directory: true })
        await visit(below)
      } else if (entry.isSymbolicLink()) {
        const link = await readlink(file)
        const target = posix.join(posix.dirname(below), link)
        if (posix.isAbsolute(link) || target === ".." || target.startsWith("../"))
          throw refused(file, `is a link to ${JSON.stringify(link)}, which leaves ${folder}`)
        found.push({ path: inImage, link })
      } else if (entry.isFile()) {
        const { size, mode } = await lstat(file)
        found.push({ path: inImage, content: { file, size }, executable: (mode & 0o111) !== 0 })
      } else throw refused(file, "is neither a file nor a folder nor a link")
    }
  }
  await visit("")
  return found
}

const refused = (file: string, why: string) =>
  problem("image_file_refused", { message: `${file} cannot be put into the image: it ${why}` })
