import { readlink, realpath, stat } from "node:fs/promises"
import { posix } from "node:path"
import type { LayerFile } from "../layer/layer-file.ts"
import { runProgram } from "./run-program.ts"

/** What a program in C++ needs, and a shell. */
const PACKAGES = ["libc6", "libstdc++6", "libgcc-s1", "dash"]

/** Folders that Debian has under /usr, and links in their old places. */
const MERGED = ["bin", "lib", "lib64", "sbin"]
const DOCUMENTATION = /^usr\/share\/(?:doc|man|lintian|bug|menu)\//

const place = (path: string): string => {
  const relative = path.slice(1)
  return MERGED.includes(relative.split("/")[0] ?? "") ? `usr/${relative}` : relative
}

/** The files of a small Debian: some packages as they are installed here, and this Node. */
export async function debianFiles(): Promise<LayerFile[]> {
  const listed = (await Promise.all(PACKAGES.map((name) => runProgram("dpkg", ["-L", name])))).join("\n").split("\n")
  const files = new Map<string, LayerFile>()
  for (const path of listed) {
    if (!path.startsWith("/") || path === "/." || MERGED.includes(path.slice(1)) || DOCUMENTATION.test(place(path)))
      continue
    const found = await fileAt(path)
    if (found) files.set(found.path, found)
  }
  const node = process.execPath
  const text = (content: string) => ({ bytes: Buffer.from(content) })
  return [
    ...files.values(),
    ...MERGED.filter((name) => name !== "sbin").map((name) => ({ path: name, link: `usr/${name}` })),
    { path: "usr/bin/node", content: { file: await realpath(node), size: (await stat(node)).size }, executable: true },
    { path: "usr/bin/sh", link: "dash" },
    { path: "etc/passwd", content: text("root:x:0:0:root:/:/bin/sh\n") },
    { path: "tmp", directory: true },
    { path: "proc", directory: true },
  ]
}

async function fileAt(path: string): Promise<LayerFile | undefined> {
  const target = await readlink(path).catch(() => undefined)
  const inImage = place(path)
  if (inImage === "usr/bin/sh") return undefined
  if (target !== undefined) {
    const full = place(posix.resolve(posix.dirname(path), target))
    return { path: inImage, link: posix.relative(posix.dirname(inImage), full) }
  }
  const found = await stat(path).catch(() => undefined)
  if (!found?.isFile()) return undefined
  return { path: inImage, content: { file: path, size: found.size }, executable: (found.mode & 0o111) !== 0 }
}
