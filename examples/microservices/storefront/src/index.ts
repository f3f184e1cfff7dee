import { container, daemon } from "@alienplatform/sdk"

export default {
  async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    if (pathname === "/health") return new Response("ok\n")

    const [inventory, visits] = await Promise.all([container("inventory"), daemon("visits")])
    const wanted = new URL(await inventory.getUrl("api"))
    wanted.pathname = pathname
    const signal = AbortSignal.any([request.signal, AbortSignal.timeout(10_000)])
    const [item, count] = await Promise.all([
      fetch(wanted, { signal }),
      fetch(await visits.getUrl("metrics"), { method: "POST", signal }),
    ])
    if (!item.ok) return Response.json({ message: `nothing is sold at ${pathname}` }, { status: item.status })
    return Response.json({ item: await item.json(), visits: await count.json() })
  },
}
