import Fastify from "fastify"

const app = Fastify({ logger: true, trustProxy: "loopback" })
const schema = { params: { type: "object", properties: { count: { type: "integer", minimum: 1 } } } }
app.get("/double/:count", { schema }, ({ params, protocol }) => ({ double: params.count * 2, protocol }))
await app.listen({ host: "127.0.0.1", port: Number(process.env.PORT) })
