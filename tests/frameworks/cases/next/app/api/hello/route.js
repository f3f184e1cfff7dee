export const dynamic = "force-dynamic"
export const GET = () => Response.json({ hello: "from a route handler" })
