import { readFile } from "node:fs/promises"
import { extname, join } from "node:path"

const root = join(import.meta.dirname, "dist")
const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css" }

/** Serves the built frontend; what is no file of it is the page. */
export default {
  async fetch(request) {
    const { pathname } = new URL(request.url)
    const path = pathname.startsWith("/assets/") && !pathname.includes("..") ? pathname : "/index.html"
    const body = await readFile(join(root, path)).catch(() => undefined)
    if (!body) return new Response("not found", { status: 404 })
    return new Response(body, { headers: { "content-type": types[extname(path)] ?? "application/octet-stream" } })
  },
}
