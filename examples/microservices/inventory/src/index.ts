import { createServer } from "node:http"

const STOCK: Readonly<Record<string, number>> = { apples: 12, pears: 0 }

const server = createServer((request, response) => {
  const [, collection, name = ""] = (request.url ?? "/").split("/")
  const known = collection === "items" && Object.hasOwn(STOCK, name)
  response.writeHead(known || collection === "health" ? 200 : 404, { "content-type": "application/json" })
  response.end(JSON.stringify(known ? { name, inStock: STOCK[name] } : {}))
})

server.listen(Number(process.env.ALIEN_PORT_API))
process.once("SIGTERM", () => server.close())
